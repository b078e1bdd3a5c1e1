package org.example.teller;

import org.osgi.annotation.versioning.ProviderType;

/** What one capability offers to another. */
@ProviderType
public interface Teller {
    /** Which version tells. */
    String tell();

    /** Tells after so many milliseconds. */
    String tellLate(long millis) throws InterruptedException;
}
