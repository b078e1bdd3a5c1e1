package io.plinth.monitoring.internal;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists of names in configuration, separated by commas. */
public final class NameList {
    private NameList() {}

    public static Set<String> parse(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
