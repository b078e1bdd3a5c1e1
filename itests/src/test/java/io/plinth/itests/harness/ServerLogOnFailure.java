package io.plinth.itests.harness;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints the end of the logs of the servers that run, when a test has failed. */
public final class ServerLogOnFailure implements AfterTestExecutionCallback {
    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            for (PlinthServer server : PlinthServer.running()) {
                System.err.println("=== " + context.getDisplayName() + " failed; server said last:\n" + server.tail());
            }
        }
    }
}
