package io.pipewright.statemachine.definition;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.Condition;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.FailureConditions;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.Result;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Stage conditions and what may come of them ("How do stage conditions work?"). */
final class ConditionRules {

    private static final Set<String> RULES_THAT_MAY_SKIP = Set.of("LambdaInvoke", "VariableCheck");

    private ConditionRules() {
    }

    /** A place of a stage that holds conditions. */
    enum Place {
        BEFORE_ENTRY("beforeEntry", EnumSet.of(Result.FAIL, Result.SKIP),
                stage -> stage.beforeEntry() == null ? List.of() : stage.beforeEntry().conditions()),
        ON_SUCCESS("onSuccess", EnumSet.of(Result.FAIL, Result.ROLLBACK),
                stage -> stage.onSuccess() == null ? List.of() : stage.onSuccess().conditions()),
        ON_FAILURE("onFailure", EnumSet.of(Result.ROLLBACK),
                stage -> stage.onFailure() == null ? List.of() : stage.onFailure().conditions());

        private final String member;
        private final Set<Result> results;
        private final Function<StageDeclaration, List<Condition>> conditions;

        Place(String member, Set<Result> results, Function<StageDeclaration, List<Condition>> conditions) {
            this.member = member;
            this.results = results;
            this.conditions = conditions;
        }

        String member() {
            return member;
        }

        List<Condition> conditions(StageDeclaration stage) {
            return conditions.apply(stage);
        }
    }

    private record PlacedCondition(Located.Stage stage, Place place, int index, Condition condition) {

        String path() {
            return stage.path() + "." + place.member + ".conditions[" + index + "]";
        }
    }

    static Stream<Finding> noRollbackInParallelMode(PipelineDeclaration pipeline, Context context) {
        if (pipeline.executionMode() != ExecutionMode.PARALLEL) {
            return Stream.empty();
        }
        Stream<String> automatic = Located.stages(pipeline)
                .filter(stage -> failureResult(stage) == Result.ROLLBACK)
                .map(stage -> stage.path() + ".onFailure.result");
        Stream<String> conditional = conditions(pipeline)
                .filter(placed -> placed.condition().result() == Result.ROLLBACK)
                .map(placed -> placed.path() + ".result");
        return Stream.concat(automatic, conditional).map(path -> Finding.stage(
                "rollback-not-parallel",
                path,
                "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
                "Choose another result or another execution mode."));
    }

    /** The quote that AWS's message opens isn't closed. */
    static Stream<Finding> failureHasResultOrConditions(PipelineDeclaration pipeline, Context context) {
        return Located.stages(pipeline)
                .filter(stage -> failureResult(stage) != null
                        && !Place.ON_FAILURE.conditions(stage.declaration()).isEmpty())
                .map(stage -> Finding.stage(
                        "failure-result-or-conditions",
                        stage.path() + ".onFailure",
                        "The following stage cannot have a failure exit gate configured with both top level result and "
                                + "conditions: '" + stage.name(),
                        "Keep either onFailure.result or onFailure.conditions."));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> resultsFitTheirPlace(PipelineDeclaration pipeline, Context context) {
        Stream<Finding> failures = Located.stages(pipeline)
                .filter(stage -> failureResult(stage) == Result.SKIP)
                .map(stage -> misplaced(
                        Result.SKIP,
                        stage,
                        stage.path() + ".onFailure.result",
                        EnumSet.of(Result.ROLLBACK, Result.FAIL, Result.RETRY)));
        Stream<Finding> conditions = conditions(pipeline)
                .filter(placed -> placed.condition().result() != null
                        && !placed.place().results.contains(placed.condition().result()))
                .map(placed -> misplaced(
                        placed.condition().result(), placed.stage(), placed.path() + ".result", placed.place().results));
        return Stream.concat(failures, conditions);
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> onlySomeRulesSkip(PipelineDeclaration pipeline, Context context) {
        return conditions(pipeline)
                .filter(placed -> placed.condition().result() == Result.SKIP)
                .flatMap(placed -> IntStream.range(0, placed.condition().rules().size())
                        .filter(rule -> !RULES_THAT_MAY_SKIP.contains(
                                placed.condition().rules().get(rule).ruleTypeId().provider()))
                        .mapToObj(rule -> Finding.stage(
                                "skip-rules",
                                placed.path() + ".rules[" + rule + "]",
                                "Rule " + placed.condition().rules().get(rule).name() + " of stage '" + placed.stage().name()
                                        + "' cannot be used in a condition with the result SKIP",
                                "Use the rules LambdaInvoke or VariableCheck, or the result FAIL.")));
    }

    private static Finding misplaced(Result result, Located.Stage stage, String path, Set<Result> allowed) {
        return Finding.stage(
                "condition-result",
                path,
                "The result " + result + " cannot be used here in stage '" + stage.name() + "'",
                "Use one of " + allowed.stream().map(Result::toString).collect(Collectors.joining(", ")) + ".");
    }

    private static Stream<PlacedCondition> conditions(PipelineDeclaration pipeline) {
        return Located.stages(pipeline).flatMap(stage -> Stream.of(Place.values()).flatMap(place -> {
            List<Condition> conditions = place.conditions(stage.declaration());
            return IntStream.range(0, conditions.size())
                    .mapToObj(index -> new PlacedCondition(stage, place, index, conditions.get(index)));
        }));
    }

    private static Result failureResult(Located.Stage stage) {
        FailureConditions onFailure = stage.declaration().onFailure();
        return onFailure == null ? null : onFailure.result();
    }
}
