package io.plinth.shell.internal;

import java.nio.file.Path;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.publickey.PublickeyLoginModule;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Who may log in to the Karaf shell: the holder of the key that the launcher made, and nobody with a password. */
@Component
public final class ShellRealm implements JaasRealm {
    private static final String NAME = "plinth";

    private final BundleContext context;

    @Activate
    public ShellRealm(BundleContext context) {
        this.context = context;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return 0;
    }

    @Override
    public AppConfigurationEntry[] getEntries() {
        Path authorized = Path.of(context.getProperty("plinth.data"), "secrets", "shell-authorized.properties");
        Map<String, Object> options = Map.of(
                BundleContext.class.getName(),
                context,
                ProxyLoginModule.PROPERTY_MODULE,
                PublickeyLoginModule.class.getName(),
                ProxyLoginModule.PROPERTY_BUNDLE,
                Long.toString(context.getBundle().getBundleId()),
                "users",
                authorized.toString());
        return new AppConfigurationEntry[] {
            new AppConfigurationEntry(ProxyLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options)
        };
    }
}
