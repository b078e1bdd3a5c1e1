package io.plinth.security.internal.token;

/** Where the keys of the one issuer come from. */
interface KeySource extends AutoCloseable {
    /** Exact {@code iss}. */
    String issuer();

    /**
     * The keys as known now.
     *
     * @throws io.plinth.problem.ProblemException 503 while none are known
     */
    SigningKeys keys();

    /** Asks again for the keys, if that was not done just now, since a token names one that is not known. */
    SigningKeys refresh();

    @Override
    void close();
}
