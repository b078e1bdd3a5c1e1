package io.plinth.hotdeploy.internal.pack;

/** A package is not taken; the message says why, in words for the one who sent it. */
public final class PackageRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public PackageRefusedException(String message) {
        super(message);
    }
}
