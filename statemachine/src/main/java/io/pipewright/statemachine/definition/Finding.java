package io.pipewright.statemachine.definition;

/**
 * Something in a declaration that breaks a rule.
 *
 * @param ruleId the rule's stable name, such as {@code stage-names-unique}
 * @param exception the name of the exception with which CreatePipeline and UpdatePipeline refuse the declaration
 * @param path where it is, indexes from zero, {@code stages[1].actions[0].configuration.ProjectName}
 * @param message AWS's own words where they are known, line feeds included
 * @param remedy what to do about it
 */
public record Finding(String ruleId, String exception, String path, String message, String remedy) {

    static Finding structure(String ruleId, String path, String message, String remedy) {
        return new Finding(ruleId, "InvalidStructureException", path, message, remedy);
    }

    static Finding stage(String ruleId, String path, String message, String remedy) {
        return new Finding(ruleId, "InvalidStageDeclarationException", path, message, remedy);
    }

    static Finding action(String ruleId, String path, String message, String remedy) {
        return new Finding(ruleId, "InvalidActionDeclarationException", path, message, remedy);
    }
}
