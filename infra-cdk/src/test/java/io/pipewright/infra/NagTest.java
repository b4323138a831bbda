package io.pipewright.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** AwsSolutions' rules; where the stack departs from one, its resource says why. */
class NagTest {

    @Test
    void theUsualStackKeepsEveryRuleOrSaysWhyNot() {
        assertThat(findings(Map.of())).isEmpty();
    }

    @Test
    void theStackWithEverythingKeepsEveryRuleOrSaysWhyNot() {
        assertThat(findings(Deployment.everything())).isEmpty();
    }

    private static Stream<String> findings(Map<String, Object> context) {
        PipewrightStack stack = Deployment.stack(context);
        Aspects.of(stack).add(AwsSolutionsChecks.Builder.create().verbose(false).build());
        Annotations annotations = Annotations.fromStack(stack);
        return Stream.concat(
                        annotations.findError("*", Match.stringLikeRegexp("AwsSolutions-.*")).stream(),
                        annotations.findWarning("*", Match.stringLikeRegexp("AwsSolutions-.*")).stream())
                .map(found -> found.getId() + " " + found.getEntry().getData()).sorted();
    }
}
