package io.plinth.persistence.internal.jpa;

import java.net.URL;
import java.util.List;
import java.util.Properties;
import javax.persistence.SharedCacheMode;
import javax.persistence.ValidationMode;
import javax.persistence.spi.ClassTransformer;
import javax.persistence.spi.PersistenceUnitInfo;
import javax.persistence.spi.PersistenceUnitTransactionType;
import javax.sql.DataSource;
import org.eclipse.persistence.config.PersistenceUnitProperties;
import org.jspecify.annotations.Nullable;

/** A persistence unit of one version of a bundle, as EclipseLink wants to see it. */
final class BundleUnitInfo implements PersistenceUnitInfo {
    private final PersistenceDescriptor descriptor;
    private final String name;
    private final ClassLoader loader;
    private final URL root;
    private final DataSource source;

    BundleUnitInfo(PersistenceDescriptor descriptor, String name, ClassLoader loader, URL root, DataSource source) {
        this.descriptor = descriptor;
        this.name = name;
        this.loader = loader;
        this.root = root;
        this.source = source;
    }

    @Override
    public String getPersistenceUnitName() {
        return name;
    }

    @Override
    public String getPersistenceProviderClassName() {
        return org.eclipse.persistence.jpa.PersistenceProvider.class.getName();
    }

    @Override
    public PersistenceUnitTransactionType getTransactionType() {
        return PersistenceUnitTransactionType.RESOURCE_LOCAL;
    }

    @Override
    public @Nullable DataSource getJtaDataSource() {
        return null;
    }

    @Override
    public DataSource getNonJtaDataSource() {
        return source;
    }

    @Override
    public List<String> getMappingFileNames() {
        return List.of();
    }

    @Override
    public List<URL> getJarFileUrls() {
        return List.of();
    }

    @Override
    public URL getPersistenceUnitRootUrl() {
        return root;
    }

    @Override
    public List<String> getManagedClassNames() {
        return descriptor.classes();
    }

    @Override
    public boolean excludeUnlistedClasses() {
        return true;
    }

    @Override
    public SharedCacheMode getSharedCacheMode() {
        return SharedCacheMode.NONE;
    }

    @Override
    public ValidationMode getValidationMode() {
        return ValidationMode.NONE;
    }

    @Override
    public Properties getProperties() {
        Properties properties = new Properties();
        properties.putAll(descriptor.properties());
        // Two versions of a bundle must not share a session, and weaving would need a hook that keeps class loaders.
        properties.setProperty(PersistenceUnitProperties.SESSION_NAME, name);
        properties.setProperty(PersistenceUnitProperties.WEAVING, "false");
        // EclipseLink 2.7 knows no MariaDB.
        properties.setProperty(PersistenceUnitProperties.TARGET_DATABASE, "MySQL");
        properties.setProperty(PersistenceUnitProperties.CACHE_SHARED_DEFAULT, "false");
        properties.setProperty(PersistenceUnitProperties.DEPLOY_ON_STARTUP, "true");
        properties.setProperty(PersistenceUnitProperties.DDL_GENERATION, "none");
        // Failures come as exceptions; statements with values must not reach a log.
        properties.setProperty(PersistenceUnitProperties.LOGGING_LEVEL, "OFF");
        return properties;
    }

    @Override
    public String getPersistenceXMLSchemaVersion() {
        return "2.2";
    }

    @Override
    public ClassLoader getClassLoader() {
        return loader;
    }

    @Override
    public void addTransformer(ClassTransformer transformer) {
        throw new UnsupportedOperationException("weaving is off");
    }

    @Override
    public ClassLoader getNewTempClassLoader() {
        // Needed only for weaving.
        return loader;
    }
}
