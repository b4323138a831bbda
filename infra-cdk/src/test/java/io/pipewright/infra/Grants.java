package io.pipewright.infra;

import static io.pipewright.infra.Deployment.list;
import static io.pipewright.infra.Deployment.object;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the functions of a deployment may do, with the names that the resources have in the local home: there the table is called
 * {@code pipewright}, the buckets {@code pipewright-state} and {@code artifacts}.
 */
final class Grants {
    private static final String PLACE = ":us-east-1:000000000000:";
    /** Beginnings of logical ids. */
    private static final Map<String, String> NAMES = Map.of(
            "StorageTable", "arn:aws:dynamodb" + PLACE + "table/pipewright",
            "StorageState", "arn:aws:s3:::pipewright-state",
            "StorageArtifacts", "arn:aws:s3:::artifacts",
            "MachinesRole", "arn:aws:iam::000000000000:role/pipewright-machine",
            "ApproversTopic", "arn:aws:sns" + PLACE + "approvers");
    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::Partition", "aws", "AWS::Region", "us-east-1", "AWS::AccountId", "000000000000");

    private final Deployment deployment;

    Grants(Deployment deployment) {
        this.deployment = deployment;
    }

    /** One action on one pattern of resources. */
    record Grant(Handler function, String action, String resource) {
        boolean covers(Recorded.Need need) {
            return function.text().equals(need.function()) && action.equals(need.action())
                    && matches(resource, need.resource());
        }

        private static boolean matches(String pattern, String resource) {
            return resource.matches(Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        }

        @Override
        public String toString() {
            return function.text() + " may call " + action + " on " + resource;
        }
    }

    /** Every action on every pattern by itself. Conditions are left out: they narrow what is allowed for reasons of their own. */
    List<Grant> of(Handler function) {
        return deployment.statements(function.text()).stream()
                .flatMap(statement -> list(statement.get("Action")).stream().map(String::valueOf)
                        .flatMap(action -> list(statement.get("Resource")).stream()
                                .map(resource -> new Grant(function, action, text(resource))))).distinct().toList();
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        Map<String, Object> intrinsic = object(value);
        if (intrinsic.containsKey("Fn::Join")) {
            return list(list(intrinsic.get("Fn::Join")).get(1)).stream().map(Grants::text).collect(Collectors.joining());
        }
        String id = String.valueOf(intrinsic.containsKey("Ref") ? intrinsic.get("Ref") : list(intrinsic.get("Fn::GetAtt")).get(0));
        return PSEUDO.getOrDefault(id, NAMES.entrySet().stream().filter(name -> id.startsWith(name.getKey()))
                .map(Map.Entry::getValue).findFirst().orElse("the stack's " + id));
    }
}
