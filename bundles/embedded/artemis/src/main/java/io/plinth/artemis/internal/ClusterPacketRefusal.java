package io.plinth.artemis.internal;

import java.util.Set;
import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.PacketImpl;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses what only servers of a cluster say to each other. This broker is in none, and Artemis acts on some of these
 * packets before anybody has logged in (CVE-2026-27446: a federation packet makes it connect to an address of the sender's
 * choice).
 */
final class ClusterPacketRefusal implements Interceptor {
    private static final Set<Byte> REFUSED = Set.of(
            PacketImpl.FEDERATION_DOWNSTREAM_CONNECT,
            PacketImpl.CLUSTER_CONNECT,
            PacketImpl.BACKUP_REGISTRATION,
            PacketImpl.BACKUP_REQUEST,
            PacketImpl.QUORUM_VOTE,
            PacketImpl.SCALEDOWN_ANNOUNCEMENT);
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPacketRefusal.class);

    @Override
    public boolean intercept(Packet packet, RemotingConnection connection) {
        if (!REFUSED.contains(packet.getType())) {
            return true;
        }
        LOG.warn(
                "The broker closed the connection from {}: it sent packet type {}, which only servers of a cluster send.",
                connection.getRemoteAddress(),
                packet.getType());
        connection.destroy();
        return false;
    }
}
