package io.plinth.security.internal.tls;

import io.plinth.health.StartupFailure;
import io.plinth.security.ServerIdentity;
import io.plinth.security.internal.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The current certificate: the configured one, else one made here; looked after every few seconds. */
@Component(service = ServerIdentity.class, configurationPid = "io.plinth.security.tls")
@Designate(ocd = TlsConfig.class)
public final class TlsIdentity implements ServerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);
    private static final int POLL_SECONDS = 3;

    private final Path dataFolder;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor watch;
    private final CurrentKeyManager keyManager;

    private TlsConfig config;
    private String seen = "";
    private String lastFailure = "";

    @Activate
    public TlsIdentity(
            BundleContext context,
            TlsConfig config,
            @Reference Clock clock,
            @Reference(
                            service = Consumer.class,
                            target = StartupFailure.FILTER,
                            cardinality = ReferenceCardinality.OPTIONAL)
                    @Nullable
                    Consumer<String> startupFailure) {
        this(DataFolder.of(context), config, clock, startupFailure);
        watch.scheduleWithFixedDelay(this::watch, POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
    }

    /** Without the watching thread: a test calls {@link #poll} itself. */
    TlsIdentity(Path dataFolder, TlsConfig config, Clock clock, @Nullable Consumer<String> startupFailure) {
        this.dataFolder = dataFolder;
        this.clock = clock;
        this.config = config;
        this.keyManager = new CurrentKeyManager(first(startupFailure));
        this.watch = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "plinth-tls-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        return keyManager;
    }

    @Override
    public X509Certificate certificate() {
        return keyManager.credentials().certificate();
    }

    @Modified
    synchronized void modified(TlsConfig changed) {
        config = changed;
        seen = "";
        poll();
    }

    @Deactivate
    void deactivate() {
        watch.shutdownNow();
    }

    /** Takes a new certificate over, where there is one; keeps the old where the new one is not good. */
    synchronized void poll() {
        String now = fingerprint(config);
        if (now.equals(seen) && !isRenewalDue()) {
            return;
        }
        if (!now.equals(seen)) {
            lastFailure = "";
        }
        seen = now;
        try {
            Credentials next = load(config);
            lastFailure = "";
            if (!next.certificate().equals(certificate())) {
                keyManager.replace(next);
                LOG.info("TLS certificate replaced: {}", describe(next.certificate()));
                warnIfNotValid(next.certificate());
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException bad) {
            // Tried again at every poll while a renewal is due, but said once.
            if (!reason(bad).equals(lastFailure)) {
                lastFailure = reason(bad);
                LOG.error("No new TLS certificate is used, the old one goes on: {}", lastFailure);
            }
        }
    }

    private void watch() {
        try {
            poll();
        } catch (RuntimeException unexpected) {
            // A periodic task that throws is never run again.
            LOG.error("Watching the TLS certificate failed; it is tried again in {} s", POLL_SECONDS, unexpected);
        }
    }

    private Credentials first(@Nullable Consumer<String> startupFailure) {
        try {
            seen = fingerprint(config);
            Credentials credentials = load(config);
            warnIfNotValid(credentials.certificate());
            return credentials;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException bad) {
            String line = "No TLS certificate (configuration io.plinth.security.tls): " + reason(bad);
            if (startupFailure != null) {
                startupFailure.accept(line);
            }
            throw new IllegalStateException(line, bad);
        }
    }

    private Credentials load(TlsConfig wanted) throws IOException, GeneralSecurityException {
        GivenIdentity given = given(wanted);
        return given == null
                ? new MadeIdentity(dataFolder.resolve("tls"))
                        .credentials(HostNames.needed(wanted.names()), clock.instant())
                : given.credentials();
    }

    private @Nullable GivenIdentity given(TlsConfig wanted) {
        String certificate = wanted.certificate_file().strip();
        String key = wanted.key_file().strip();
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("certificate.file and key.file must be set both, or neither");
        }
        return certificate.isEmpty()
                ? null
                : new GivenIdentity(dataFolder.resolve(certificate), dataFolder.resolve(key));
    }

    private String fingerprint(TlsConfig wanted) {
        if (wanted.certificate_file().isBlank() || wanted.key_file().isBlank()) {
            return "made";
        }
        GivenIdentity given = given(wanted);
        return given == null ? "made" : given.fingerprint();
    }

    /** Only what is made here is renewed here; of one that is given, the administrator is the master. */
    private boolean isRenewalDue() {
        return config.certificate_file().isBlank() && MadeIdentity.isDue(certificate(), clock.instant());
    }

    private void warnIfNotValid(X509Certificate certificate) {
        Instant now = clock.instant();
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            LOG.warn("The TLS certificate has expired, clients will refuse it: {}", describe(certificate));
        } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
            LOG.warn("The TLS certificate is not valid yet, clients will refuse it: {}", describe(certificate));
        } else if (now.plus(MadeIdentity.RENEWED_BEFORE_END)
                .isAfter(certificate.getNotAfter().toInstant())) {
            LOG.warn("The TLS certificate ends soon: {}", describe(certificate));
        }
    }

    private static String describe(X509Certificate certificate) {
        return certificate.getSubjectX500Principal() + ", valid from "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    private static String reason(Exception bad) {
        // Exceptions of the file system say no more than the path in their message.
        return bad instanceof IOException ? bad.toString() : String.valueOf(bad.getMessage());
    }
}
