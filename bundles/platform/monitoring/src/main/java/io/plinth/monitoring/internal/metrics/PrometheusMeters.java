package io.plinth.monitoring.internal.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plinth.monitoring.internal.MonitoringConfig;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The one {@link MeterRegistry}. It is immediate so that what is measured from the start is measured from the start. */
@Component(service = PrometheusMeters.class, immediate = true, configurationPid = MonitoringConfig.PID)
@Designate(ocd = MonitoringConfig.class)
public final class PrometheusMeters {
    private final PrometheusMeterRegistry registry;
    private final Jvm jvm = new Jvm();
    private final ServiceRegistration<MeterRegistry> registration;

    @Activate
    public PrometheusMeters(BundleContext context, MonitoringConfig config) {
        registry = create(config.meters_max(), config.tag_values_max());
        jvm.bindTo(registry);
        registration =
                context.registerService(MeterRegistry.class, registry, new Hashtable<>(Map.of("type", "prometheus")));
    }

    @Deactivate
    void stop() {
        registration.unregister();
        jvm.close();
        registry.close();
    }

    /** The registry, for those who read it. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    static PrometheusMeterRegistry create(int metersMax, int tagValuesMax) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .meterFilter(new TagValuesLimit(tagValuesMax))
                .meterFilter(MeterFilter.maximumAllowableMetrics(metersMax));
        return registry;
    }

    /** What the JVM and its process are measured by. */
    static final class Jvm implements AutoCloseable {
        private final JvmGcMetrics gc = new JvmGcMetrics();

        void bindTo(MeterRegistry meters) {
            new JvmMemoryMetrics().bindTo(meters);
            gc.bindTo(meters);
            new JvmThreadMetrics().bindTo(meters);
            new ClassLoaderMetrics().bindTo(meters);
            new JvmInfoMetrics().bindTo(meters);
            new ProcessorMetrics().bindTo(meters);
            new UptimeMetrics().bindTo(meters);
            new FileDescriptorMetrics().bindTo(meters);
        }

        @Override
        public void close() {
            gc.close();
        }
    }

    /** Denies meters whose tag would take one more value than allowed, whatever meter and tag it is. */
    static final class TagValuesLimit implements MeterFilter {
        private final int valuesMax;
        private final Map<List<String>, Set<String>> seen = new ConcurrentHashMap<>();

        TagValuesLimit(int valuesMax) {
            this.valuesMax = valuesMax;
        }

        @Override
        public MeterFilterReply accept(Meter.Id id) {
            for (Tag tag : id.getTags()) {
                Set<String> values =
                        seen.computeIfAbsent(List.of(id.getName(), tag.getKey()), key -> ConcurrentHashMap.newKeySet());
                if (!values.contains(tag.getValue())) {
                    if (values.size() >= valuesMax) {
                        return MeterFilterReply.DENY;
                    }
                    values.add(tag.getValue());
                }
            }
            return MeterFilterReply.NEUTRAL;
        }
    }
}
