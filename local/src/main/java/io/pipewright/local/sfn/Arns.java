package io.pipewright.local.sfn;

import java.util.Optional;
import java.util.OptionalInt;

/** The ARNs of machines, versions and executions in one account and Region. */
record Arns(String region, String account) {

    /** A machine, or one version of it. */
    record MachineRef(String arn, String name, OptionalInt version) { }

    /** An execution by machine and name. */
    record ExecutionRef(String arn, String machine, String name) { }

    String machine(String name) {
        return "arn:aws:states:" + region + ":" + account + ":stateMachine:" + name;
    }

    String version(String name, int version) {
        return machine(name) + ":" + version;
    }

    String execution(String machine, String name) {
        return "arn:aws:states:" + region + ":" + account + ":execution:" + machine + ":" + name;
    }

    String execution(Execution execution) {
        return execution(execution.machine(), execution.name());
    }

    /** The version that it was started on; null if on the machine itself. */
    String version(Execution execution) {
        return execution.version().isPresent() ? version(execution.machine(), execution.version().getAsInt()) : null;
    }

    /** Reads a machine's or version's ARN; one of another account names nothing here, an alias is refused. */
    MachineRef machineRef(String arn) {
        String[] parts = parts(arn, "stateMachine");
        if (parts.length == 7) {
            return new MachineRef(arn, local(parts) ? parts[6] : "", OptionalInt.empty());
        }
        if (parts.length != 8) {
            throw Refusal.invalidArn("Invalid ARN: " + arn);
        }
        if (!parts[7].matches("[1-9]\\d{0,8}")) {
            throw Refusal.unsupported("aliases: " + arn);
        }
        return new MachineRef(arn, local(parts) ? parts[6] : "", OptionalInt.of(Integer.parseInt(parts[7])));
    }

    ExecutionRef executionRef(String arn) {
        String[] parts = parts(arn, "execution");
        if (parts.length != 8) {
            throw Refusal.invalidArn("Invalid ARN: " + arn);
        }
        return new ExecutionRef(arn, local(parts) ? parts[6] : "", parts[7]);
    }

    private boolean local(String[] parts) {
        return parts[3].equals(region) && parts[4].equals(account);
    }

    private static String[] parts(String arn, String type) {
        String text = Optional.ofNullable(arn).orElse("");
        String[] parts = text.split(":", -1);
        if (!parts[0].equals("arn")) {
            throw Refusal.invalidArn("Invalid ARN prefix: " + text);
        }
        if (parts.length < 7 || !parts[2].equals("states")) {
            throw Refusal.invalidArn("Invalid ARN: " + text);
        }
        if (!parts[5].equals(type)) {
            throw Refusal.invalidArn("Resource type not valid in this context: " + parts[5]);
        }
        return parts;
    }
}
