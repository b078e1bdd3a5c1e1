package io.plinth.messaging.internal;

/** How a broker's URL is shown: without its parameters, which may hold passwords of key stores. */
final class Brokers {
    private Brokers() {}

    static String shown(String url) {
        return url.replaceAll("\\?[^,)]*", "").replaceAll("//[^@/,)]*@", "//");
    }
}
