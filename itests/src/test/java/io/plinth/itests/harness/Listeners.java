package io.plinth.itests.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * TCP ports on which the processes of a server listen, as Linux tells.
 *
 * @param loopback ports bound to 127.0.0.0/8 or ::1
 * @param everywhere ports bound to any other address
 */
public record Listeners(Set<Integer> loopback, Set<Integer> everywhere) {
    private static final String LISTEN = "0A";

    public static Listeners of(PlinthServer server) throws IOException {
        Set<String> sockets = new HashSet<>();
        List<ProcessHandle> processes = Stream.of(
                        Stream.of(server.jvm()), server.jvm().descendants(), server.databaseProcess().stream())
                .flatMap(handles -> handles)
                .toList();
        for (ProcessHandle process : processes) {
            sockets.addAll(socketsOf(process.pid()));
        }
        Listeners listeners = new Listeners(new TreeSet<>(), new TreeSet<>());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                listeners.add(Files.readAllLines(Path.of(table)), sockets);
            }
        }
        return listeners;
    }

    private void add(List<String> lines, Set<String> sockets) {
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.strip().split("\\s+");
            if (fields[3].equals(LISTEN) && sockets.contains(fields[9])) {
                String[] address = fields[1].split(":");
                (isLoopback(address[0]) ? loopback : everywhere).add(Integer.parseInt(address[1], 16));
            }
        }
    }

    /** Addresses are hexadecimal words in the byte order of the machine. */
    private static boolean isLoopback(String address) {
        return address.length() == 8
                ? address.endsWith("7F")
                : address.equals("00000000000000000000000001000000")
                        || address.startsWith("0000000000000000FFFF0000") && address.endsWith("7F");
    }

    private static Set<String> socketsOf(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring(8, target.length() - 1));
                    }
                } catch (java.nio.file.NoSuchFileException closedMeanwhile) {
                    continue;
                }
            }
        }
        return inodes;
    }
}
