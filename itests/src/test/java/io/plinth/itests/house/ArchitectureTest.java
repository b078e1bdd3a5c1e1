package io.plinth.itests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.uuid.Generators;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The rules of the house that a compiler does not check, over the classes and manifests of all bundles. */
class ArchitectureTest {
    private static final Path BUNDLES = Path.of("..", "bundles");

    /** Some bundles carry a library inside. */
    private static final DescribedPredicate<JavaClass> ARE_OURS = new DescribedPredicate<>("are ours") {
        @Override
        public boolean test(JavaClass type) {
            return type.getPackageName().startsWith("io.plinth.");
        }
    };

    private static List<Path> classFolders = List.of();
    private static JavaClasses classes;

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> folders =
                Files.find(BUNDLES, 5, (path, attributes) -> path.endsWith(Path.of("target", "classes")))) {
            classFolders = folders.sorted().toList();
        }
        assertThat(classFolders).as("built bundles").hasSizeGreaterThan(14);
        classes = new ClassFileImporter().importPaths(classFolders).that(ARE_OURS);
    }

    @Test
    void timeComesFromTheClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.plinth.monitoring.internal.SystemClock")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .orShould()
                .callMethod(java.time.Clock.class, "systemDefaultZone")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.plinth.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void noProviderKnowsAnother() {
        for (Path folder : classFolders) {
            String own = ownPackage(folder);
            JavaClasses ofBundle = new ClassFileImporter().importPath(folder);
            noClasses()
                    .should()
                    .dependOnClassesThat(new DescribedPredicate<JavaClass>("are internal to another bundle") {
                        @Override
                        public boolean test(JavaClass target) {
                            String name = target.getPackageName();
                            return name.startsWith("io.plinth.")
                                    && name.contains(".internal")
                                    && !name.startsWith(own + ".internal");
                        }
                    })
                    .check(ofBundle);
        }
    }

    @Test
    void resourcesKnowNoDatabase() {
        noClasses()
                .that()
                .resideInAPackage("io.plinth..internal.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "javax.persistence..", "org.eclipse..")
                .check(classes);
    }

    @Test
    void onlyJettyKnowsJetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.plinth.jetty..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(classes);
    }

    @Test
    void onlyApisExport() throws IOException {
        for (Path folder : classFolders) {
            try (InputStream in = Files.newInputStream(folder.resolve("META-INF/MANIFEST.MF"))) {
                Manifest manifest = new Manifest(in);
                String name = manifest.getMainAttributes().getValue("Bundle-SymbolicName");
                String exports = manifest.getMainAttributes().getValue("Export-Package");
                if (name.endsWith("api")) {
                    assertThat(exports).as("exports of " + name).isNotNull().doesNotContain(".internal");
                } else {
                    assertThat(exports).as("exports of " + name).isNull();
                }
            }
        }
    }

    /** Only ids of one generator are in order within a millisecond. */
    @Test
    void idsComeFromOneGeneratorOfTheirClass() {
        List<JavaMethodCall> made = classes.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(Generators.class))
                .toList();
        assertThat(made).hasSizeGreaterThan(4).allSatisfy(call -> assertThat(
                        call.getOrigin().isConstructor())
                .as(call.getDescription())
                .isTrue());
    }

    /** Without it a component silently keeps its defaults, whatever the file says. */
    @Test
    void whatIsConfiguredNamesItsFile() {
        List<JavaClass> configured = classes.stream()
                .filter(type -> type.isAnnotatedWith(Component.class))
                .filter(type -> type.getCodeUnits().stream()
                        .flatMap(unit -> unit.getRawParameterTypes().stream())
                        .anyMatch(parameter -> parameter.isAnnotatedWith(ObjectClassDefinition.class)))
                .toList();
        assertThat(configured).hasSizeGreaterThan(12).allSatisfy(type -> {
            Component component = type.getAnnotationOfType(Component.class);
            assertThat(component.configurationPid())
                    .as("configurationPid of " + type.getName())
                    .singleElement()
                    .asString()
                    .startsWith("io.plinth.");
        });
    }

    private static String ownPackage(Path classFolder) {
        try (InputStream in = Files.newInputStream(classFolder.resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(in).getMainAttributes().getValue("Bundle-SymbolicName");
        } catch (IOException unreadable) {
            throw new IllegalStateException("No manifest in " + classFolder, unreadable);
        }
    }
}
