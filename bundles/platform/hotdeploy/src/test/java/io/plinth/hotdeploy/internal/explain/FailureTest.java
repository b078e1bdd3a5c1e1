package io.plinth.hotdeploy.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.capability.CapabilityOperations.Explanation;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

class FailureTest {
    private static final String SERVER_JAVA = String.valueOf(Runtime.version().feature());

    private static String line(Throwable thrown) {
        return Explanations.of("users 1.4.0", thrown).line();
    }

    private static <T extends Throwable> T thrownIn(T thrown, String... frames) {
        StackTraceElement[] trace = new StackTraceElement[frames.length];
        for (int index = 0; index < frames.length; index++) {
            int dot = frames[index].lastIndexOf('.');
            trace[index] = new StackTraceElement(
                    frames[index].substring(0, dot), frames[index].substring(dot + 1), "X.java", 1);
        }
        thrown.setStackTrace(trace);
        return thrown;
    }

    @Test
    void exceptionOfAnActivator() {
        IllegalStateException root = thrownIn(
                new IllegalStateException("no salt\nin the kitchen"),
                "java.util.Objects.check",
                "io.plinth.users.internal.Salt.read",
                "io.plinth.users.internal.Start.start",
                "org.apache.felix.framework.util.SecureAction.startActivator",
                "io.plinth.hotdeploy.internal.SlotExtender.start");
        Explanation found = Explanations.of("users 1.4.0", new BundleException("Activator start error", root));
        assertThat(found.line())
                .isEqualTo("users 1.4.0 threw IllegalStateException in start of io.plinth.users.internal.Start:"
                        + " no salt");
        assertThat(found.details())
                .containsExactly(
                        "org.osgi.framework.BundleException: Activator start error",
                        "java.lang.IllegalStateException: no salt\nin the kitchen");
    }

    @Test
    void exceptionOfAComponent() {
        IllegalStateException root = thrownIn(
                new IllegalStateException("no salt"),
                "io.plinth.users.internal.JpaUsers.<init>",
                "jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0",
                "org.apache.felix.scr.impl.inject.ComponentConstructorImpl.newInstance");
        assertThat(line(root))
                .isEqualTo("users 1.4.0 threw IllegalStateException in the constructor of"
                        + " io.plinth.users.internal.JpaUsers: no salt");
    }

    @Test
    void newerClassFile() {
        assertThat(line(new BundleException(
                        "x",
                        new UnsupportedClassVersionError("io/x/Y has been compiled by a more recent version of the Java"
                                + " Runtime (class file version 65.0), this version of the Java Runtime only recognizes"
                                + " class file versions up to 61.0"))))
                .isEqualTo("users 1.4.0 was built for Java 21, the server runs on " + SERVER_JAVA);
    }

    @Test
    void missingClass() {
        NoClassDefFoundError error = new NoClassDefFoundError("com/acme/Json");
        error.initCause(new ClassNotFoundException("com.acme.Json not found by io.plinth.users [42]"));
        assertThat(line(error))
                .isEqualTo("users 1.4.0 needs class com.acme.Json, which it neither contains nor imports");
        assertThat(line(new NoClassDefFoundError("Could not initialize class com.acme.Json")))
                .isEqualTo("users 1.4.0 cannot load a class: Could not initialize class com.acme.Json");
    }

    @Test
    void otherLibrary() {
        assertThat(line(new NoSuchMethodError("'void com.acme.Json.read()'")))
                .isEqualTo("users 1.4.0 does not fit the libraries of the server:"
                        + " NoSuchMethodError: 'void com.acme.Json.read()'");
    }

    @Test
    void refusedMigration() {
        assertThat(line(new BundleException(
                        "x",
                        new IllegalStateException(
                                "io.plinth.users: db/migration/V2__drop.sql is refused since it drops a column"))))
                .isEqualTo("users 1.4.0 has a migration that is refused: V2__drop.sql drops a column");
    }

    @Test
    void failedMigration() {
        assertThat(line(new IllegalStateException(
                        "A migration of io.plinth.users failed: Script V1__broken.sql failed\n-------\n"
                                + "SQL State  : 42000\nError Code : 1064\n"
                                + "Message    : (conn=5) You have an error in your SQL syntax\n"
                                + "Location   : db/migration/V1__broken.sql\n",
                        new RuntimeException("(conn=5) You have an error"))))
                .isEqualTo("users 1.4.0 has a migration that failed: V1__broken.sql:"
                        + " (conn=5) You have an error in your SQL syntax");
    }

    @Test
    void problemIsToldAsItIs() {
        assertThat(line(ProblemException.of(ProblemType.INVALID_REQUEST, "The package is not signed.")))
                .isEqualTo("users 1.4.0 is refused: The package is not signed.");
    }

    @Test
    void exceptionWithoutAMessage() {
        assertThat(line(thrownIn(new NullPointerException()))).isEqualTo("users 1.4.0 threw NullPointerException");
    }

    @Test
    void stackTraceIsReadToItsRoot() {
        String trace = "java.lang.reflect.InvocationTargetException\n\tat a.B.c(B.java:1)\n"
                + "Caused by: java.lang.IllegalStateException: first\nsecond\n\tat a.B.d(B.java:2)\n\t... 7 more\n";
        Explanation found = Failure.parse(trace, "activate of a.B").explain("users 1.4.0");
        assertThat(found.line()).isEqualTo("users 1.4.0 threw IllegalStateException in activate of a.B: first");
        assertThat(found.details())
                .containsExactly(
                        "java.lang.reflect.InvocationTargetException",
                        "java.lang.IllegalStateException: first\nsecond");
    }
}
