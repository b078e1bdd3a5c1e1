package io.plinth.hotdeploy.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.capability.CapabilityOperations.Explanation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

class MissingRequirementsTest {
    private static final String ACTIVE_SERVICE =
            "osgi.service;filter:=\"(objectClass=com.acme.Mail)\";effective:=active";

    @TempDir
    Path folder;

    private Framework framework;

    @BeforeEach
    void start() throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("storage").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "io.plinth.platform.tx;version=\"1.3.0\"",
                        Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                        "osgi.contract;osgi.contract=JavaJPA;version:List<Version>=\"2.1,2\"",
                        "felix.service.urlhandlers",
                        "false",
                        "felix.log.level",
                        "0"));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(10));
    }

    /** Installs a bundle that consists of its manifest. */
    private Bundle install(String name, String version, String... headers) throws IOException, BundleException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        attributes.putValue(Constants.BUNDLE_VERSION, version);
        for (int index = 0; index < headers.length; index += 2) {
            attributes.putValue(headers[index], headers[index + 1]);
        }
        Path jar = folder.resolve(name + "-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream written = new JarOutputStream(out, manifest)) {
            written.flush();
        }
        return framework.getBundleContext().installBundle(jar.toUri().toString());
    }

    private Optional<Explanation> missing(Bundle bundle, Bundle... alsoInPackage) {
        return Explanations.missing(bundle, framework.adapt(FrameworkWiring.class), List.of(alsoInPackage));
    }

    private void assertMissing(Bundle bundle, String line) {
        assertThat(missing(bundle))
                .hasValueSatisfying(found -> assertThat(found.line()).isEqualTo(line));
    }

    @Test
    void packageOfAnotherVersion() throws Exception {
        Bundle users = install(
                "io.plinth.users",
                "1.4.0",
                "Plinth-Capability",
                "users;paths=\"/api/v1/users\"",
                "Import-Package",
                "io.plinth.platform.tx;version=\"[2.0,3)\"");
        assertMissing(users, "users 1.4.0 needs package io.plinth.platform.tx [2.0,3), the server has 1.3.0");
        // The control: the framework refuses it, too.
        assertThatThrownBy(users::start).isInstanceOf(BundleException.class);
    }

    @Test
    void packageThatNobodyHas() throws Exception {
        Bundle users = install("com.acme.users", "1.0.0", "Import-Package", "com.acme.json, org.slf4x;version=1.7");
        assertThat(missing(users))
                .hasValue(new Explanation(
                        "com.acme.users 1.0.0 needs package com.acme.json, which the server does not have (and 1 more)",
                        List.of(
                                "com.acme.users 1.0.0 needs package com.acme.json, which the server does not have",
                                "com.acme.users 1.0.0 needs package org.slf4x 1.7 or higher,"
                                        + " which the server does not have")));
    }

    @Test
    void nothingIsMissing() throws Exception {
        Bundle users = install(
                "com.acme.users",
                "1.0.0",
                "Import-Package",
                "io.plinth.platform.tx;version=\"[1.0,2)\", com.acme.extra;resolution:=optional",
                "DynamicImport-Package",
                "com.acme.*",
                "Require-Capability",
                "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=17))\", com.acme.later;effective:=meta");
        assertThat(missing(users)).isEmpty();
        users.start();
        assertThat(missing(users)).isEmpty();
    }

    @Test
    void packageOfTheSamePackageIsThere() throws Exception {
        Bundle users = install("com.acme.users", "1.0.0", "Import-Package", "com.acme.users.api;version=\"[1.0,1.1)\"");
        assertMissing(
                users,
                "com.acme.users 1.0.0 needs package com.acme.users.api [1.0,1.1), which the server does not have");
        Bundle api = install("com.acme.users.api", "1.0.0", "Export-Package", "com.acme.users.api;version=1.0.0");
        assertThat(missing(users, api)).isEmpty();
    }

    @Test
    void providerThatLacksSomethingItselfIsFollowed() throws Exception {
        install(
                "com.acme.users.api",
                "1.0.0",
                "Export-Package",
                "com.acme.users.api;version=1.0.0",
                "Import-Package",
                "com.acme.json");
        Bundle users = install("com.acme.users", "1.0.0", "Import-Package", "com.acme.users.api");
        assertMissing(
                users,
                "com.acme.users 1.0.0 needs package com.acme.users.api, but com.acme.users.api 1.0.0 needs package"
                        + " com.acme.json, which the server does not have");
    }

    @Test
    void bundlesThatNeedEachOtherLackNothing() throws Exception {
        Bundle one =
                install("com.acme.one", "1.0.0", "Export-Package", "com.acme.one", "Import-Package", "com.acme.two");
        Bundle two =
                install("com.acme.two", "1.0.0", "Export-Package", "com.acme.two", "Import-Package", "com.acme.one");
        assertThat(missing(one, two)).isEmpty();
        one.start();
        assertThat(two.getState()).isEqualTo(Bundle.RESOLVED);
    }

    @Test
    void newerJava() throws Exception {
        Bundle users = install(
                "com.acme.users", "1.0.0", "Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"");
        assertMissing(
                users,
                "com.acme.users 1.0.0 was built for Java 99, the server runs on "
                        + Runtime.version().feature());
    }

    @Test
    void requiredBundle() throws Exception {
        install("com.acme.base", "1.0.0");
        Bundle users = install("com.acme.users", "1.0.0", "Require-Bundle", "com.acme.base;bundle-version=\"[2,3)\"");
        assertMissing(users, "com.acme.users 1.0.0 needs bundle com.acme.base [2.0,3), the server has 1.0.0");
    }

    @Test
    void fragmentWithoutItsHost() throws Exception {
        Bundle part = install("com.acme.part", "1.0.0", "Fragment-Host", "com.acme.users");
        assertMissing(
                part,
                "com.acme.part 1.0.0 needs bundle com.acme.users as the host of this fragment,"
                        + " which the server does not have");
    }

    @Test
    void contractAndExtenderAndOwnNamespace() throws Exception {
        Bundle users = install(
                "com.acme.users",
                "1.0.0",
                "Require-Capability",
                "osgi.contract;osgi.contract=JavaJPA;filter:=\"(&(osgi.contract=JavaJPA)(version=2.2))\","
                        + "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.5)(!(version>=2)))\","
                        + "com.acme.rack;filter:=\"(unit=3)\"");
        assertThat(missing(users)).hasValueSatisfying(found -> assertThat(found.details())
                .containsExactly(
                        "com.acme.users 1.0.0 needs contract JavaJPA 2.2, the server has 2.0.0 and 2.1.0",
                        "com.acme.users 1.0.0 needs extender osgi.component [1.5,2),"
                                + " which the server does not have",
                        "com.acme.users 1.0.0 needs com.acme.rack (unit=3), which the server does not have"));
    }

    @Test
    void serviceThatNobodyOffers() throws Exception {
        Bundle users = install("com.acme.users", "1.0.0", "Require-Capability", ACTIVE_SERVICE);
        assertMissing(users, "com.acme.users 1.0.0 needs a service com.acme.Mail, which nobody offers");
    }

    @Test
    void serviceThatIsDeclaredIsThere() throws Exception {
        Bundle users = install("com.acme.users", "1.0.0", "Require-Capability", ACTIVE_SERVICE);
        install(
                "com.acme.mail",
                "1.0.0",
                "Provide-Capability",
                "osgi.service;objectClass:List<String>=\"com.acme.Mail\";effective:=active");
        assertThat(missing(users)).isEmpty();
    }

    @Test
    void serviceThatIsOnlyRegisteredIsThere() throws Exception {
        Bundle users = install(
                "com.acme.users",
                "1.0.0",
                "Require-Capability",
                "osgi.service;filter:=\"(objectClass=java.lang.Runnable)\";effective:=active");
        assertMissing(users, "com.acme.users 1.0.0 needs a service java.lang.Runnable, which nobody offers");
        framework.getBundleContext().registerService(Runnable.class, () -> {}, null);
        assertThat(missing(users)).isEmpty();
    }

    @Test
    void resolverErrorOfTheFrameworkIsShortened() throws Exception {
        Bundle users = install("com.acme.users", "1.0.0", "Import-Package", "com.acme.json");
        BundleException thrown = null;
        try {
            users.start();
        } catch (BundleException refused) {
            thrown = refused;
        }
        assertThat(thrown).isNotNull();
        assertThat(Explanations.of("users 1.0.0", thrown).line())
                .startsWith("users 1.0.0 does not resolve: ")
                .contains("com.acme.json");
    }

    @Test
    void packageThatWouldBeSeenTwice() throws Exception {
        install("com.acme.json1", "1.0.0", "Export-Package", "com.acme.json;version=1.0.0");
        install("com.acme.json2", "1.0.0", "Export-Package", "com.acme.json;version=2.0.0");
        install(
                "com.acme.mail",
                "1.0.0",
                "Import-Package",
                "com.acme.json;version=\"[1,2)\"",
                "Export-Package",
                "com.acme.mail;uses:=\"com.acme.json\"");
        Bundle users =
                install("com.acme.users", "1.0.0", "Import-Package", "com.acme.mail, com.acme.json;version=\"[2,3)\"");
        assertThat(missing(users)).isEmpty();
        assertThatThrownBy(users::start).satisfies(thrown -> assertThat(
                        Explanations.of("users 1.0.0", thrown).line())
                .startsWith("users 1.0.0 would see package com.acme.json twice, from com.acme.json"));
    }
}
