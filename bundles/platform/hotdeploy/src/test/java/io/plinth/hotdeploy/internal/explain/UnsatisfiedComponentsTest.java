package io.plinth.hotdeploy.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.capability.CapabilityOperations.Explanation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

class UnsatisfiedComponentsTest {
    private static final long USERS = 7;
    private static final long PLATFORM = 3;

    private final Map<ComponentDescriptionDTO, List<ComponentConfigurationDTO>> components = new LinkedHashMap<>();
    private final List<ComponentDescriptionDTO> disabled = new ArrayList<>();

    private ComponentDescriptionDTO component(long bundle, String name, String service) {
        ComponentDescriptionDTO component = new ComponentDescriptionDTO();
        component.bundle = new BundleDTO();
        component.bundle.id = bundle;
        component.bundle.symbolicName = bundle == USERS ? "io.plinth.users" : "io.plinth.persistence";
        component.bundle.version = bundle == USERS ? "1.4.0" : "0.1.0";
        component.name = name;
        component.serviceInterfaces = new String[] {service};
        component.configurationPid = new String[] {name};
        component.configurationPolicy = "optional";
        component.references = new ReferenceDTO[0];
        components.put(component, new ArrayList<>());
        return component;
    }

    private ComponentConfigurationDTO state(ComponentDescriptionDTO component, int state) {
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.description = component;
        configuration.state = state;
        configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[0];
        components.get(component).add(configuration);
        return configuration;
    }

    private void waits(ComponentDescriptionDTO component, String service, String target) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.name = "reference";
        reference.interfaceName = service;
        component.references = new ReferenceDTO[] {reference};
        UnsatisfiedReferenceDTO missing = new UnsatisfiedReferenceDTO();
        missing.name = "reference";
        missing.target = target;
        state(component, ComponentConfigurationDTO.UNSATISFIED_REFERENCE).unsatisfiedReferences =
                new UnsatisfiedReferenceDTO[] {missing};
    }

    private Optional<Explanation> unsatisfied() {
        Dictionary<String, String> headers =
                new Hashtable<>(Map.of("Plinth-Capability", "users;paths=\"/api/v1/users\""));
        Map<String, Object> answers = new HashMap<>();
        answers.put("getHeaders", headers);
        answers.put("getVersion", new Version("1.4.0"));
        answers.put("getBundleId", USERS);
        Bundle bundle = (Bundle) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, called, arguments) -> answers.get(called.getName()));
        return Explanations.unsatisfied(bundle, runtime(bundle));
    }

    private ServiceComponentRuntime runtime(Bundle users) {
        return (ServiceComponentRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServiceComponentRuntime.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getComponentDescriptionDTOs" -> descriptions((Bundle[]) arguments[0], users);
                    case "getComponentConfigurationDTOs" -> components.get(arguments[0]);
                    case "isComponentEnabled" -> !disabled.contains(arguments[0]);
                    default -> throw new UnsupportedOperationException(called.toString());
                });
    }

    private Collection<ComponentDescriptionDTO> descriptions(Bundle[] of, Bundle users) {
        return components.keySet().stream()
                .filter(each -> of.length == 0
                        || (each.bundle.id == USERS && Arrays.asList(of).get(0) == users))
                .toList();
    }

    private List<String> sentences() {
        return unsatisfied().map(Explanation::details).orElse(List.of());
    }

    @Test
    void allRun() {
        state(component(USERS, "a.Users", "a.IUsers"), ComponentConfigurationDTO.ACTIVE);
        state(component(USERS, "a.Resource", "a.IResource"), ComponentConfigurationDTO.SATISFIED);
        component(USERS, "a.Factory", "a.IFactory");
        assertThat(unsatisfied()).isEmpty();
    }

    @Test
    void serviceThatNobodyOffers() {
        waits(component(USERS, "a.JpaUsers", "a.Users"), "io.plinth.tx.Transactions", null);
        assertThat(sentences())
                .containsExactly("users 1.4.0: component a.JpaUsers waits for a service io.plinth.tx.Transactions,"
                        + " which nobody offers");
    }

    @Test
    void targetIsNamed() {
        state(component(PLATFORM, "p.Tx", "Tx"), ComponentConfigurationDTO.ACTIVE);
        waits(component(USERS, "a.JpaUsers", "a.Users"), "Tx", "(unit=users)");
        assertThat(sentences())
                .containsExactly("users 1.4.0: component a.JpaUsers waits for a service Tx with (unit=users),"
                        + " which nobody offers");
    }

    @Test
    void deepestCauseComesFirst() {
        waits(component(USERS, "a.Resource", "Rest"), "a.Users", null);
        waits(component(USERS, "a.JpaUsers", "a.Users"), "Tx", null);
        assertThat(sentences())
                .containsExactly(
                        "users 1.4.0: component a.JpaUsers waits for a service Tx, which nobody offers",
                        "users 1.4.0: component a.Resource waits for a service a.Users of component a.JpaUsers");
        assertThat(unsatisfied().orElseThrow().line()).isEqualTo(sentences().get(0));
    }

    @Test
    void causeInAnotherBundleIsFound() {
        waits(component(USERS, "a.JpaUsers", "a.Users"), "Tx", null);
        component(PLATFORM, "p.JdbcTx", "Tx").configurationPolicy = "require";
        assertThat(sentences())
                .containsExactly(
                        "users 1.4.0 needs io.plinth.persistence 0.1.0: component p.JdbcTx waits for configuration"
                                + " p.JdbcTx",
                        "users 1.4.0: component a.JpaUsers waits for a service Tx of component p.JdbcTx");
    }

    @Test
    void componentsThatWaitForEachOther() {
        waits(component(USERS, "a.One", "One"), "Two", null);
        waits(component(USERS, "a.Two", "Two"), "One", null);
        assertThat(sentences())
                .first()
                .isEqualTo("users 1.4.0: component a.Two waits for a service One of component a.One, which waits too");
    }

    @Test
    void missingConfiguration() {
        ComponentDescriptionDTO users = component(USERS, "a.JpaUsers", "a.Users");
        users.configurationPid = new String[] {"io.plinth.users"};
        state(users, ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
        assertThat(sentences())
                .containsExactly("users 1.4.0: component a.JpaUsers waits for configuration io.plinth.users");
    }

    @Test
    void failedActivation() {
        ComponentDescriptionDTO users = component(USERS, "a.JpaUsers", "a.Users");
        waits(component(USERS, "a.Resource", "Rest"), "a.Users", null);
        state(users, ComponentConfigurationDTO.FAILED_ACTIVATION).failure =
                "java.lang.IllegalStateException: no salt\n\tat a.JpaUsers.activate(JpaUsers.java:3)\n";
        assertThat(sentences())
                .containsExactly(
                        "users 1.4.0 threw IllegalStateException in activate of a.JpaUsers: no salt",
                        "users 1.4.0: component a.Resource waits for a service a.Users of component a.JpaUsers");
    }

    @Test
    void disabledComponent() {
        disabled.add(component(USERS, "a.JpaUsers", "a.Users"));
        assertThat(sentences()).containsExactly("users 1.4.0: component a.JpaUsers is switched off");
    }
}
