package io.plinth.mariadb.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of {@code mariadbd}. */
final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final int POLL_MILLIS = 20;
    private static final int GREETING_TIMEOUT_MILLIS = 2_000;

    private ServerProcess() {}

    /** Whether the port of the loopback interface can be bound now; for 0 the answer is a port that can. */
    static int bindable(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port));
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until the server greets on its port.
     *
     * @return false when the process ended, the time is over or {@code cancelled}
     */
    static boolean awaitGreeting(Process process, Path pidFile, int port, Duration timeout, BooleanSupplier cancelled)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < end && !cancelled.getAsBoolean()) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (isWritten(pidFile, process.pid()) && greets(port)) {
                return true;
            }
        }
        return false;
    }

    /** Ends the process: asks first, kills it after the time. */
    static void stop(ProcessHandle process, Duration timeout) {
        process.destroy();
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.warn(
                    "mariadbd with process id {} did not stop within {} s and is killed; the next start recovers its tables",
                    process.pid(),
                    timeout.toSeconds());
        }
        process.destroyForcibly();
    }

    /** Ends servers that an earlier run of ours left on this folder, as it does when it is killed. */
    static void stopOrphans(Path folder, Duration timeout) {
        List<ProcessHandle> orphans = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> isOurs(process, folder))
                .toList();
        for (ProcessHandle orphan : orphans) {
            LOG.warn(
                    "Stopping mariadbd with process id {}, left over on {} by a server that was killed",
                    orphan.pid(),
                    folder);
            stop(orphan, timeout);
        }
    }

    private static boolean isOurs(ProcessHandle process, Path folder) {
        List<String> command = commandLine(process);
        return !command.isEmpty()
                && command.get(0).matches(".*(mariadbd|mysqld)(\\.exe)?")
                && command.stream()
                        .anyMatch(argument -> argument.startsWith(ServerCommand.DATA_OPTION + folder + "/")
                                || argument.startsWith(ServerCommand.DATA_OPTION + folder + "\\"));
    }

    private static List<String> commandLine(ProcessHandle process) {
        Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        if (Files.isReadable(file)) {
            try {
                return List.of(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .split("\0"));
            } catch (IOException e) {
                LOG.debug("Process {} ended while it was looked at", process.pid(), e);
                return List.of();
            }
        }
        return process.info()
                .command()
                .map(command -> java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(command),
                                java.util.Arrays.stream(
                                        process.info().arguments().orElse(new String[0])))
                        .toList())
                .orElse(List.of());
    }

    private static boolean isWritten(Path pidFile, long pid) {
        try {
            return Files.exists(pidFile) && Files.readString(pidFile).strip().equals(Long.toString(pid));
        } catch (IOException e) {
            LOG.debug("{} is not readable yet", pidFile, e);
            return false;
        }
    }

    /** The server speaks first, once its start is complete. */
    private static boolean greets(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(GREETING_TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(loopback(), port), GREETING_TIMEOUT_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            LOG.trace("Not yet on port {}", port, e);
            return false;
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
