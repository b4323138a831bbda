package io.pipewright.local.cli;

import io.pipewright.functions.findings.Findings;
import io.pipewright.local.importing.Facts;
import io.pipewright.local.importing.Imported;
import io.pipewright.local.importing.Importer;
import io.pipewright.local.importing.UnreadableException;
import io.pipewright.statemachine.definition.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code pipewright import FILE…}. */
final class ImportCommand {
    private static final Set<String> FLAGS = Set.of("--poll", "--create");
    private static final Set<String> OPTIONS = Set.of("--value", "--stack-resources", "--account", "--region", "--only",
            "--trigger-function", "--out", "--endpoint", DataDirectory.NAME, LimitOptions.NAME);

    private static final List<String> STACK_RESOURCES = List.of(
            "For what a deployed stack knows:",
            "  aws cloudformation describe-stack-resources --stack-name STACK > resources.json",
            "  aws cloudformation describe-stacks --stack-name STACK > stack.json",
            "and --stack-resources resources.json --stack-resources stack.json.", "");

    private final Arguments arguments;
    private final Console console;

    private ImportCommand(Arguments arguments, Console console) {
        this.arguments = arguments;
        this.console = console;
    }

    static int run(List<String> words, Console console, Map<String, String> environment) {
        Arguments arguments = Arguments.parse(words, FLAGS, OPTIONS);
        if (arguments.operands().isEmpty()) {
            throw new UsageException("FILE is missing.");
        }
        ImportCommand command = new ImportCommand(arguments, console);
        if (!arguments.has("--create")) {
            return command.run(Optional.empty());
        }
        try (Destination destination = Destination.open(arguments, environment)) {
            return command.run(Optional.of(destination));
        }
    }

    private int run(Optional<Destination> destination) {
        Imported imported = read(destination);
        String files = arguments.operands().stream().map(ImportCommand::origin).collect(Collectors.joining(", "));
        if (imported.pipelines().isEmpty() && imported.rules().isEmpty() && imported.webhooks().isEmpty()
                && imported.actionTypes().isEmpty()) {
            throw new CommandFailedException("There is nothing to import in " + files + (arguments.has("--only")
                    ? ": no pipeline is called " + String.join(" or ", arguments.values("--only")) + "."
                    : ": no pipeline, and no rule that starts one."));
        }
        List<Finding> findings = ImportFindings.of(imported, LimitOptions.read(arguments));
        List<ImportFile> result = ImportFile.all(imported);
        boolean onlyShown = !arguments.has("--out") && destination.isEmpty();
        if (onlyShown) {
            result.forEach(file -> file.lines(true).forEach(console.out()::println));
        }
        if (!findings.isEmpty()) {
            Findings.lines(files, findings).stream().map(Printable::of).forEach(console.err()::println);
            console.err().println();
            if (findings.stream().anyMatch(finding -> finding.remedy().contains("--stack-resources FILE"))) {
                STACK_RESOURCES.forEach(console.err()::println);
            }
            console.err().println(onlyShown ? "What is printed isn't fit to be created before these are dealt with."
                    : "Nothing is written or created before these are dealt with.");
            return 1;
        }
        return carryOut(imported, result, destination);
    }

    private int carryOut(Imported imported, List<ImportFile> result, Optional<Destination> destination) {
        arguments.value("--out").map(Path::of).ifPresent(folder -> {
            result.forEach(file -> file.write(folder));
            console.out().println("# Written to " + folder);
            result.forEach(file -> file.lines(false).forEach(console.out()::println));
        });
        return destination.map(there -> new Creation(there, console.out()).create(imported) ? 0 : 1).orElse(0);
    }

    private Imported read(Optional<Destination> destination) {
        Facts facts = Facts.of(values(), arguments.value("--region").or(() -> destination.flatMap(Destination::homeRegion)),
                arguments.value("--account").or(() -> destination.flatMap(Destination::homeAccount)));
        for (String file : arguments.values("--stack-resources")) {
            try {
                facts = facts.with(text(file));
            } catch (UnreadableException e) {
                throw new CommandFailedException(file + " " + e.getMessage() + ".", e);
            }
        }
        List<Importer.Document> documents = new ArrayList<>();
        arguments.operands().forEach(file -> documents.add(new Importer.Document(origin(file), text(file))));
        try {
            return Importer.read(documents, facts, new Importer.Options(Set.copyOf(arguments.values("--only")),
                    arguments.value("--trigger-function").or(() -> destination.flatMap(Destination::homeTriggerFunction)),
                    arguments.has("--poll")));
        } catch (UnreadableException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    private static String origin(String file) {
        return file.equals("-") ? "standard input" : Path.of(file).getFileName().toString();
    }

    private Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        for (String option : arguments.values("--value")) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--value needs NAME=VALUE, not " + option + ".");
            }
            values.put(option.substring(0, equals), option.substring(equals + 1));
        }
        return values;
    }

    private String text(String file) {
        if (!file.equals("-")) {
            return PipelineFile.text(Path.of(file));
        }
        try {
            return new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Standard input can't be read", e);
        }
    }
}
