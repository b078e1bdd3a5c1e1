package io.plinth.security.internal;

import io.plinth.security.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Secrets from the environment, else from files of mode 0600. Nothing is kept in memory between calls. */
@Component
public final class FileSecrets implements Secrets {
    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+){0,9}");
    private static final int NAME_LENGTH_MAX = 64;
    private static final int SECRET_BYTES_MAX = 4096;
    private static final int RANDOM_BYTES = 32;

    /** The one that a person types. */
    private static final String TYPED = "admin-password";

    /** Crockford's Base32 digits: 32 of them, and none can be taken for another. */
    private static final String TYPED_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final int TYPED_GROUPS = 5;
    private static final int TYPED_GROUP_LENGTH = 4;

    private final Path folder;
    private final Function<String, @Nullable String> environment;
    private final SecureRandom random = new SecureRandom();

    @Activate
    public FileSecrets(BundleContext context) {
        this(DataFolder.of(context).resolve("secrets"), System::getenv);
    }

    FileSecrets(Path folder, Function<String, @Nullable String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    @Override
    public String get(String name) {
        Optional<String> given = given(name);
        return given.isPresent() ? given.get() : stored(name);
    }

    @Override
    public Optional<String> given(String name) {
        if (name.length() > NAME_LENGTH_MAX || !KEBAB.matcher(name).matches()) {
            throw new IllegalArgumentException("not a kebab-case name of a secret: " + name);
        }
        String variable = "PLINTH_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        // A variable set to nothing (NAME= in a unit file) means the default, never an empty password.
        return Optional.ofNullable(environment.apply(variable)).filter(value -> !value.isEmpty());
    }

    private synchronized String stored(String name) {
        Path file = folder.resolve(name);
        try {
            PrivateFiles.createFolder(folder);
            if (Files.exists(file)) {
                PrivateFiles.tighten(file);
                return read(file);
            }
            String secret = name.equals(TYPED) ? typeable() : random();
            PrivateFiles.write(file, secret.getBytes(StandardCharsets.UTF_8));
            return secret;
        } catch (IOException failure) {
            throw new IllegalStateException(
                    "Secret " + file + " can be neither read nor written (" + failure
                            + "). Give the server's account the right to it, or remove it so that a new one is made.",
                    failure);
        }
    }

    private static String read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(SECRET_BYTES_MAX + 1);
        }
        if (content.length > SECRET_BYTES_MAX) {
            throw new IOException("longer than " + SECRET_BYTES_MAX + " bytes");
        }
        String secret = decode(content).stripTrailing();
        if (secret.isEmpty()) {
            throw new IOException("empty");
        }
        return secret;
    }

    private static String decode(byte[] content) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** 100 bits as {@code 7f3k-…}: five groups of four digits of five bits each. */
    private String typeable() {
        StringBuilder secret = new StringBuilder();
        for (int group = 0; group < TYPED_GROUPS; group++) {
            if (group > 0) {
                secret.append('-');
            }
            for (int digit = 0; digit < TYPED_GROUP_LENGTH; digit++) {
                secret.append(TYPED_ALPHABET.charAt(random.nextInt(TYPED_ALPHABET.length())));
            }
        }
        return secret.toString();
    }
}
