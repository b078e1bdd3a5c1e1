package io.plinth.itests.harness;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import io.plinth.capability.RestResource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.annotation.security.PermitAll;
import javax.persistence.EntityManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import javax.ws.rs.core.Application;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * A bundle being put together from Java source text, as somebody outside this repository would make it: compiled against
 * the platform's API, its manifest and component descriptions made by bnd. The sources are templates in the test resources;
 * {@code ${…}} stands for a value.
 */
public final class CapabilitySource {
    private static final String TEMPLATES = "/capabilities/";
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.]+);");
    private static final Pattern TYPE = Pattern.compile("(?m)^public (?:final class|interface) (\\w+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

    /** What a capability may be compiled against: one class of each library. */
    private static final List<Class<?>> LIBRARIES = List.of(
            RestResource.class,
            Application.class,
            PermitAll.class,
            EntityManager.class,
            Component.class,
            ServiceComponentRuntime.class,
            ProviderType.class,
            Bundle.class,
            org.jspecify.annotations.Nullable.class);

    private final String symbolicName;
    private final String version;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> resources = new LinkedHashMap<>();
    private final List<String> templates = new ArrayList<>();
    private final List<Path> classPath = new ArrayList<>();

    private CapabilitySource(String symbolicName, String version) {
        this.symbolicName = symbolicName;
        this.version = version;
    }

    /** A bundle that is no capability, such as one that holds an API. */
    public static CapabilitySource bundle(String symbolicName, String version) {
        return new CapabilitySource(symbolicName, version);
    }

    /** An empty capability with the one path {@code /api/v1/<name>}. */
    public static CapabilitySource capability(String name, String version) {
        return new CapabilitySource("org.example." + name, version)
                .header("Plinth-Capability", name + ";paths=\"/api/v1/" + name + "\"")
                .value("name", name)
                .value("greeting", greeting(name, version));
    }

    /** A capability that greets; upgrades are seen in the greeting. */
    public static CapabilitySource greeter(String name, String version) {
        return capability(name, version).source("Greeter");
    }

    /** What {@link #greeter} answers unless told otherwise. */
    public static String greeting(String name, String version) {
        return name + " " + version;
    }

    /** Adds a source file out of the test resources. */
    public CapabilitySource source(String template) {
        templates.add(template);
        return this;
    }

    /** Adds a source file and the value that it needs. */
    public CapabilitySource source(String template, String name, Object value) {
        return source(template).value(name, value);
    }

    /** Value of a placeholder. */
    public CapabilitySource value(String name, Object value) {
        values.put(name, value.toString());
        return this;
    }

    public CapabilitySource header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** One more attribute of the capability's header. */
    public CapabilitySource attribute(String name, String value) {
        headers.computeIfPresent("Plinth-Capability", (header, text) -> text + ";" + name + "=\"" + value + "\"");
        return this;
    }

    /** A file of its own in the jar; with placeholders like the sources. */
    public CapabilitySource resource(String path, String text) {
        resources.put(path, text);
        return this;
    }

    /** Compiles against a bundle that was made before. */
    public CapabilitySource against(Path jar) {
        classPath.add(jar);
        return this;
    }

    /** Compiles and packs it; the jar is not signed. */
    public Path jar() {
        Path folder = Distribution.freshFolder("source");
        Path classes = compile(folder);
        Path file = folder.resolve(symbolicName + "-" + version + ".jar");
        try (Builder builder = new Builder()) {
            builder.setBundleSymbolicName(symbolicName);
            builder.setBundleVersion(version);
            builder.setProperty(Constants.NOIMPORTJAVA, "true");
            builder.setProperty(Constants.IMPORT_PACKAGE, "!org.jspecify.annotations, *");
            builder.setProperty("-dsannotations-options", "norequirements, nocapabilities");
            headers.forEach(builder::setProperty);
            builder.setJar(new Jar(symbolicName, classes.toFile()));
            for (Path library : libraries()) {
                builder.addClasspath(library.toFile());
            }
            resources.forEach((path, text) -> builder.getJar()
                    .putResource(path, new EmbeddedResource(filled(text).getBytes(StandardCharsets.UTF_8), 0)));
            Jar jar = builder.build();
            if (!builder.isOk()) {
                throw new AssertionError(symbolicName + ": " + builder.getErrors() + builder.getWarnings());
            }
            jar.write(file.toFile());
            return file;
        } catch (Exception e) {
            throw new AssertionError("bnd cannot make " + symbolicName, e);
        }
    }

    /** Puts several bundles into one package, laid out like a Karaf archive. */
    public static Path kar(String name, Path... jars) {
        Path kar = Distribution.freshFolder("kar").resolve(name + ".kar");
        try (OutputStream file = Files.newOutputStream(kar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write("Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            for (Path jar : jars) {
                zip.putNextEntry(new ZipEntry("repository/" + jar.getFileName()));
                Files.copy(jar, zip);
            }
            return kar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compile(Path folder) {
        try {
            Path classes = Files.createDirectories(folder.resolve("classes"));
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter said = new StringWriter();
            String path = libraries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
                List<String> options =
                        List.of("-d", classes.toString(), "-cp", path, "-proc:none", "--release", "17", "-parameters");
                List<JavaFileObject> sources =
                        templates.stream().map(this::compilable).toList();
                if (!compiler.getTask(said, files, null, options, null, sources).call()) {
                    throw new AssertionError("cannot compile " + symbolicName + ":\n" + said);
                }
            }
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> libraries() {
        return Stream.concat(classPath.stream(), LIBRARIES.stream().map(CapabilitySource::home))
                .distinct()
                .toList();
    }

    private JavaFileObject compilable(String template) {
        String text = filled(read(template));
        Matcher type = TYPE.matcher(text);
        String name = found(PACKAGE, text) + "." + (type.find() ? type.group(1) : "package-info");
        URI uri = URI.create("string:///" + name.replace('.', '/') + JavaFileObject.Kind.SOURCE.extension);
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private String filled(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(placeholder -> {
            String value = values.get(placeholder.group(1));
            if (value == null) {
                throw new AssertionError(symbolicName + " has no value for " + placeholder.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String read(String template) {
        try (InputStream in = CapabilitySource.class.getResourceAsStream(TEMPLATES + template + ".java")) {
            if (in == null) {
                throw new AssertionError("there is no source " + template);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
