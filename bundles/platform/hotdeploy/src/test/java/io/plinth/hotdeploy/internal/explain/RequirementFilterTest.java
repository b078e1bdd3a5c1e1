package io.plinth.hotdeploy.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequirementFilterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(osgi.wiring.package=a.b) | a.b",
                "(&(osgi.wiring.package=a.b)(version>=0.0.0)) | a.b",
                "(&(osgi.wiring.package=a.b)(version>=2.0.0)) | a.b 2.0 or higher",
                "(&(osgi.wiring.package=a.b)(version>=2.0.0)(!(version>=3.0.0))) | a.b [2.0,3)",
                "(&(osgi.wiring.package=a.b)(&(version>=1.0.0)(version<=1.1.0))) | a.b [1.0,1.1]",
                "(&(osgi.wiring.package=a.b)(!(version<=1.2.3))(version<=2.0.0)) | a.b (1.2.3,2]",
                "(&(osgi.wiring.package=a.b)(bundle-version>=1.2.3.x)(!(bundle-version>=2))) | a.b [1.2.3.x,2)",
                "(&(osgi.wiring.package=a.b)(version=2.2)) | a.b 2.2",
            })
    void saysNameAndRangeAsInAManifest(String filter, String expected) {
        assertThat(RequirementFilter.parse("osgi.wiring.package", filter))
                .hasValueSatisfying(found -> assertThat(found).hasToString(expected));
    }

    @Test
    void foreignFilterIsNotUnderstood() {
        assertThat(RequirementFilter.parse("osgi.wiring.package", "(x=1)")).isEmpty();
        assertThat(RequirementFilter.parse("osgi.wiring.package", null)).isEmpty();
    }
}
