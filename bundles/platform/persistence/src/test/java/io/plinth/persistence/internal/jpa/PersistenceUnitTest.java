package io.plinth.persistence.internal.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.persistence.internal.TestDatabase;
import io.plinth.persistence.internal.Thing;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.persistence.EntityManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mariadb.jdbc.MariaDbDataSource;

class PersistenceUnitTest {
    private static final PersistenceDescriptor DESCRIPTOR =
            new PersistenceDescriptor("things", List.of(Thing.class.getName()), Map.of());

    private URL root;
    private MariaDbDataSource source;

    @BeforeEach
    void prepare() throws Exception {
        root = Path.of("target", "test-classes").toAbsolutePath().toUri().toURL();
        TestDatabase.execute(
                "DROP TABLE IF EXISTS things",
                "CREATE TABLE things (id VARCHAR(36) PRIMARY KEY, amount INT NOT NULL, version BIGINT NOT NULL)",
                "INSERT INTO things VALUES ('a', 1, 1)");
        source = new MariaDbDataSource(TestDatabase.server().url());
        source.setUser(TestDatabase.server().user());
        source.setPassword(TestDatabase.server().password());
    }

    /** Loads the entity itself, as the class loader of a bundle does. */
    private static final class BundleLoader extends URLClassLoader {
        BundleLoader(URL root) {
            super(new URL[] {root}, PersistenceUnitTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.equals(Thing.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    private WeakReference<ClassLoader> use(String name) throws Exception {
        BundleLoader loader = new BundleLoader(root);
        PersistenceUnit unit = new PersistenceUnit(DESCRIPTOR, name, loader, root, source);
        try (Connection connection = source.getConnection()) {
            EntityManager entities = unit.open(connection);
            Object thing = entities.find(loader.loadClass(Thing.class.getName()), "a");
            assertThat(thing.getClass().getClassLoader()).isSameAs(loader);
            entities.close();
            unit.release();
        } finally {
            unit.close();
        }
        loader.close();
        return new WeakReference<>(loader);
    }

    private static boolean isCollected(WeakReference<?> reference) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (reference.get() != null && System.nanoTime() < end) {
            System.gc();
        }
        return reference.get() == null;
    }

    @Test
    void closedUnitLetsGoOfItsClassLoader() throws Exception {
        WeakReference<ClassLoader> first = use("things-1-1.0.0");
        WeakReference<ClassLoader> second = use("things-1-1.1.0");
        assertThat(isCollected(first)).isTrue();
        assertThat(isCollected(second)).isTrue();
    }

    @Test
    void openUnitKeepsItsClassLoader() throws Exception {
        BundleLoader loader = new BundleLoader(root);
        WeakReference<ClassLoader> reference = new WeakReference<>(loader);
        try (PersistenceUnit open = new PersistenceUnit(DESCRIPTOR, "things-open", loader, root, source)) {
            loader = null;
            System.gc();
            assertThat(reference.get()).isNotNull();
            assertThat(open).isNotNull();
        }
    }

    @Test
    void twoVersionsSideBySideEachFindTheirOwnClass() throws Exception {
        BundleLoader older = new BundleLoader(root);
        BundleLoader newer = new BundleLoader(root);
        try (PersistenceUnit first = new PersistenceUnit(DESCRIPTOR, "things-7-1.0.0", older, root, source);
                PersistenceUnit second = new PersistenceUnit(DESCRIPTOR, "things-8-1.1.0", newer, root, source)) {
            for (int round = 0; round < 3; round++) {
                assertThat(find(first, older)).isSameAs(older);
                assertThat(find(second, newer)).isSameAs(newer);
            }
        }
    }

    private ClassLoader find(PersistenceUnit unit, ClassLoader loader) throws Exception {
        // EclipseLink closes it after the query.
        EntityManager entities = unit.open(source.getConnection());
        try {
            return entities.find(loader.loadClass(Thing.class.getName()), "a")
                    .getClass()
                    .getClassLoader();
        } finally {
            entities.close();
            unit.release();
        }
    }

    @Test
    void descriptorIsReadStrictly(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("persistence.xml"), """
                <persistence xmlns="http://xmlns.jcp.org/xml/ns/persistence" version="2.2">
                  <persistence-unit name="users" transaction-type="RESOURCE_LOCAL">
                    <class> a.B </class>
                    <class>a.C</class>
                    <properties><property name="p" value="v"/></properties>
                  </persistence-unit>
                </persistence>
                """);
        assertThat(PersistenceDescriptor.read(file.toUri().toURL()))
                .isEqualTo(new PersistenceDescriptor("users", List.of("a.B", "a.C"), Map.of("p", "v")));
        Files.writeString(file, "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><persistence>&e;</persistence>");
        assertThatThrownBy(() -> PersistenceDescriptor.read(file.toUri().toURL()))
                .isInstanceOf(IllegalStateException.class);
    }
}
