package org.example.nowhere;

/** Something that is never installed. */
public final class Nowhere {
    public static final String NAME = "nowhere";

    private Nowhere() {}
}
