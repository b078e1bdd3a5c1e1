@Export
@Version("1.0.0")
package org.example.teller;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
