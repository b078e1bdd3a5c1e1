@Export
@Version("${version}")
package org.example.teller;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
