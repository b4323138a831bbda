package io.pipewright.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnResource;
import software.constructs.IConstruct;

/**
 * Why a resource departs from a rule of cdk-nag's AwsSolutions, written into its metadata, where cdk-nag looks for it and readers of
 * the template find it.
 */
final class Explained {
    private static final String METADATA = "cdk_nag";
    private static final String RULES = "rules_to_suppress";

    private Explained() { }

    /** @param construct a resource, or a construct around one */
    static void rule(IConstruct construct, String rule, String reason) {
        add(construct, Map.of("id", rule, "reason", reason));
    }

    /** @param finding regular expression for what exactly is departed from */
    static void finding(IConstruct construct, String rule, String finding, String reason) {
        add(construct, Map.of("id", rule, "reason", reason,
                "applies_to", List.of(Map.of("regex", "/" + finding + "/g"))));
    }

    private static void add(IConstruct construct, Map<String, Object> suppression) {
        CfnResource resource = construct instanceof CfnResource itself
                ? itself : (CfnResource) construct.getNode().getDefaultChild();
        List<Object> all = new ArrayList<>();
        if (resource.getMetadata(METADATA) instanceof Map<?, ?> known) {
            all.addAll((List<?>) known.get(RULES));
        }
        all.add(suppression);
        resource.addMetadata(METADATA, Map.of(RULES, all));
    }
}
