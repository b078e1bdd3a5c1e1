package io.plinth.artemis.internal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.PageFullMessagePolicy;

/** Translates our few settings into Artemis's many. */
final class ArtemisSettings {
    static final String HOST = "127.0.0.1";
    static final String ACCEPTOR = "core";
    static final String DEAD_LETTERS = "DLQ";
    static final String EXPIRED = "ExpiryQueue";
    private static final int JOURNAL_FILE_BYTES = 2 << 20;
    private static final int PAGE_BYTES = 1 << 20;
    private static final long LOCK_WAIT_MILLIS = 2_000;
    private static final int NETTY_THREADS = 3;

    private ArtemisSettings() {}

    static Configuration of(Path folder, int port, BrokerLimits limits) {
        String nobody = UUID.randomUUID().toString();
        Configuration configuration = new ConfigurationImpl()
                .setName("plinth")
                .setPersistenceEnabled(true)
                .setJMXManagementEnabled(false)
                .setSecurityEnabled(true)
                // The user that servers of a cluster log in with has a well-known default password.
                .setClusterUser(nobody)
                .setClusterPassword(UUID.randomUUID().toString())
                // Logins are cached by ClientSecurity, for a known time and without their passwords.
                .setAuthenticationCacheSize(0)
                .setThreadPoolMaxSize(limits.threads())
                .setScheduledThreadPoolMaxSize(2)
                // Only what the acceptor names: a service loader finds nothing here, and Artemis would look again.
                .setResolveProtocols(false)
                .setIDCacheSize(limits.idCacheSize())
                .setPersistIDCache(true)
                .setMaxDiskUsage(limits.maxDiskUsagePercent())
                .setGlobalMaxSize(limits.memoryBytes());
        // A blocked disk shows up as an outage of the relay; halting the JVM would take the whole server along.
        configuration.setCriticalAnalyzer(false);
        storage(configuration, folder);
        configuration.addAcceptorConfiguration(acceptor(port));
        roles(configuration);
        addresses(configuration, limits);
        return configuration;
    }

    private static void storage(Configuration configuration, Path folder) {
        configuration
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setJournalDirectory(folder.resolve("journal").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setJournalType(JournalType.NIO)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalDatasync(true)
                // Small files, few of them: the first start writes each in full.
                .setJournalFileSize(JOURNAL_FILE_BYTES)
                .setJournalMinFiles(2)
                .setJournalPoolFiles(4)
                .setJournalLockAcquisitionTimeout(LOCK_WAIT_MILLIS);
    }

    private static TransportConfiguration acceptor(int port) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(TransportConstants.HOST_PROP_NAME, HOST);
        parameters.put(TransportConstants.PORT_PROP_NAME, port);
        parameters.put(TransportConstants.PROTOCOLS_PROP_NAME, "CORE");
        parameters.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        parameters.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
        parameters.put(TransportConstants.REMOTING_THREADS_PROPNAME, NETTY_THREADS);
        return new TransportConfiguration(NettyAcceptorFactory.class.getName(), parameters, ACCEPTOR);
    }

    private static void roles(Configuration configuration) {
        Role service = new Role();
        service.setName(ClientSecurity.SERVICE);
        service.setSend(true);
        service.setConsume(true);
        service.setBrowse(true);
        configuration.putSecurityRoles("#", Set.of(service, all(ClientSecurity.ADMIN), all(ClientSecurity.PLATFORM)));
        // Asking the management address is the right of an admin, whatever "#" may come to say.
        configuration.putSecurityRoles(
                "activemq.management.#", Set.of(all(ClientSecurity.ADMIN), all(ClientSecurity.PLATFORM)));
    }

    private static Role all(String name) {
        return new Role(name, true, true, true, true, true, true, true, true, true, true, true, true);
    }

    private static void addresses(Configuration configuration, BrokerLimits limits) {
        AddressSettings events = paged(limits)
                .setDeadLetterAddress(SimpleString.of(DEAD_LETTERS))
                .setExpiryAddress(SimpleString.of(EXPIRED))
                .setSendToDLAOnNoRoute(true)
                .setMaxDeliveryAttempts(limits.maxDeliveryAttempts())
                .setRedeliveryDelay(limits.redeliveryDelayMillis());
        // An event that its consumer has not fetched yet must find its queue, so none ever goes by itself.
        events.setAutoDeleteQueues(false).setAutoDeleteAddresses(false);
        events.setDefaultAddressRoutingType(RoutingType.ANYCAST).setDefaultQueueRoutingType(RoutingType.ANYCAST);
        configuration.addAddressSetting("#", events);
        // What expired or failed must not move on from there; what expired gives way when its place is full.
        configuration.addAddressSetting(DEAD_LETTERS, paged(limits).setMaxDeliveryAttempts(-1));
        configuration.addAddressSetting(
                EXPIRED, paged(limits).setMaxDeliveryAttempts(-1).setPageFullMessagePolicy(PageFullMessagePolicy.DROP));
        for (String name : Set.of(DEAD_LETTERS, EXPIRED)) {
            configuration.addQueueConfiguration(QueueConfiguration.of(name)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(true));
        }
    }

    private static AddressSettings paged(BrokerLimits limits) {
        return new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(limits.queueMemoryBytes())
                .setPageSizeBytes(PAGE_BYTES)
                .setPageLimitBytes(limits.queueDiskBytes())
                .setPageFullMessagePolicy(PageFullMessagePolicy.FAIL);
    }
}
