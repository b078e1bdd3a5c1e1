package io.plinth.bench;

/**
 * A way to the server: some connections of one protocol. What is over the number of requests that they may carry waits
 * here, and its time counts.
 */
interface Lane extends AutoCloseable {
    /** Sends it, now or later; never blocks. */
    void send(Request request, Outcome outcome);

    @Override
    void close();

    /**
     * What is sent, the same each time.
     *
     * @param isAuthorized whether it carries the token of the moment
     * @param type of the body; empty for none
     */
    record Request(String method, String path, boolean isAuthorized, String type, byte[] body) {
        static Request get(String path, boolean isAuthorized) {
            return new Request("GET", path, isAuthorized, "", new byte[0]);
        }
    }

    /** Told once what came of a request. */
    interface Outcome {
        /**
         * Tells it.
         *
         * @param status of the answer; 0 when there was none
         * @param failure why there was none
         */
        void ended(int status, String failure);
    }
}
