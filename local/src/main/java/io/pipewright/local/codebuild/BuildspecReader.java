package io.pipewright.local.codebuild;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;

/**
 * Reads buildspec text ("Build specification reference for CodeBuild"). Every scalar is text as it was written: {@code 1.10} stays
 * {@code 1.10} and {@code yes} stays {@code yes}, as in the service, which decodes into text members.
 */
final class BuildspecReader {
    /** Longest buildspec that is read, in characters. */
    static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_NESTING = 40;
    private static final int MAX_ALIASES = 50;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Map<String, String> INTERPRETERS =
            Map.of("sh", "sh", "/bin/sh", "sh", "bash", "bash", "/bin/bash", "bash");
    private static final Map<String, BuildPhaseType> PHASES = Map.of("install", BuildPhaseType.INSTALL,
            "pre_build", BuildPhaseType.PRE_BUILD, "build", BuildPhaseType.BUILD, "post_build", BuildPhaseType.POST_BUILD);
    private static final Set<String> KNOWN = Set.of("version", "env", "phases", "artifacts");
    private static final Set<String> EFFECTIVE_IN_PHASES = Set.of("commands", "finally", "on-failure");

    private final List<String> ignored = new ArrayList<>();

    private BuildspecReader() {
    }

    /** Throws a {@link PhaseFailure} that says what is wrong and where. */
    static Buildspec read(String text) {
        return new BuildspecReader().document(load(text));
    }

    private static Section load(String text) {
        if (text.length() > MAX_LENGTH) {
            throw PhaseFailure.buildspec("The buildspec is longer than " + MAX_LENGTH + " characters");
        }
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_NESTING);
        options.setCodePointLimit(MAX_LENGTH);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new TextResolver());
        try {
            return Section.of("buildspec", yaml.load(text));
        } catch (YAMLException | IllegalArgumentException | ClassCastException e) {
            throw PhaseFailure.buildspec("Invalid YAML: " + firstLines(e.getMessage()));
        } catch (StackOverflowError e) {
            throw PhaseFailure.buildspec("Invalid YAML: nested too deeply");
        }
    }

    private static String firstLines(String message) {
        String text = String.valueOf(message).replaceAll("\\s+", " ").strip();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static final class TextResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    private Buildspec document(Section root) {
        String version = root.text("version").orElseThrow(() -> PhaseFailure.buildspec("Missing version; expected version: 0.2"));
        if (!version.equals("0.2")) {
            throw PhaseFailure.buildspec("Invalid buildspec version: " + version + ". Builds on the host run version 0.2");
        }
        if (!root.has("phases")) {
            throw PhaseFailure.buildspec("Missing phases");
        }
        root.names().stream().filter(name -> !KNOWN.contains(name)).forEach(ignored::add);
        Section env = root.section("env");
        env.names().stream().filter(name -> name.equals("git-credential-helper")).forEach(name -> ignored.add("env." + name));
        Section artifacts = root.section("artifacts");
        Map<String, Buildspec.Artifacts> secondary = new LinkedHashMap<>();
        Section secondarySections = artifacts.section("secondary-artifacts");
        secondarySections.names().forEach(id -> secondary.put(id, artifacts(secondarySections.section(id))));
        Optional<Buildspec.Artifacts> primary = artifacts.names().isEmpty() || (!artifacts.has("files") && !secondary.isEmpty())
                ? Optional.empty() : Optional.of(artifacts(artifacts));
        return new Buildspec(interpreter(env), variables(env), List.copyOf(env.section("parameter-store").names()),
                List.copyOf(env.section("secrets-manager").names()), env.texts("exported-variables"), phases(root.section("phases")),
                primary, secondary, List.copyOf(ignored));
    }

    private static String interpreter(Section env) {
        String shell = env.text("shell").orElse("sh");
        String interpreter = INTERPRETERS.get(shell);
        if (interpreter == null) {
            throw PhaseFailure.buildspec("Invalid env.shell: " + shell + ". Builds on the host run sh or bash");
        }
        return interpreter;
    }

    private static Map<String, String> variables(Section env) {
        Section section = env.section("variables");
        Map<String, String> variables = new LinkedHashMap<>();
        for (String name : section.names()) {
            if (!isVariable(name)) {
                throw PhaseFailure.buildspec("Invalid variable name in env.variables: " + name);
            }
            variables.put(name, section.text(name).orElse(""));
        }
        return variables;
    }

    /** Whether a shell can hold a variable of this name. */
    static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches();
    }

    private Map<BuildPhaseType, Buildspec.Phase> phases(Section section) {
        Map<BuildPhaseType, Buildspec.Phase> phases = new EnumMap<>(BuildPhaseType.class);
        for (String name : section.names()) {
            BuildPhaseType type = PHASES.get(name);
            if (type == null) {
                throw PhaseFailure.buildspec(
                        "Invalid buildspec phase name: " + name + ". Expected: BUILD,INSTALL,POST_BUILD,PRE_BUILD");
            }
            phases.put(type, phase(name, section.section(name)));
        }
        return phases;
    }

    private Buildspec.Phase phase(String name, Section phase) {
        phase.names().stream().filter(key -> !EFFECTIVE_IN_PHASES.contains(key))
                .forEach(key -> ignored.add("phases." + name + "." + key));
        return new Buildspec.Phase(phase.texts("commands"), phase.texts("finally"),
                phase.text("on-failure").map(OnFailure::parse).orElse(OnFailure.DEFAULT));
    }

    private static Buildspec.Artifacts artifacts(Section section) {
        List<String> files = section.texts("files");
        if (files.isEmpty()) {
            throw PhaseFailure.buildspec("Missing files in " + section.path());
        }
        return new Buildspec.Artifacts(files, section.text("base-directory").orElse("."), section.flag("discard-paths"),
                section.texts("exclude-paths"), section.flag("enable-symlinks"), section.text("name"), section.text("s3-prefix"));
    }

    /** A mapping of the document with the path that error messages show. */
    private record Section(String path, Map<?, ?> values) {

        static Section of(String path, Object value) {
            if (value == null) {
                return new Section(path, Map.of());
            }
            if (!(value instanceof Map<?, ?> map)) {
                throw wrongType(path, "a map", value);
            }
            for (Object key : map.keySet()) {
                if (!(key instanceof String)) {
                    throw wrongType("a key of " + path, "text", key);
                }
            }
            return new Section(path, map);
        }

        private static PhaseFailure wrongType(String path, String expected, Object value) {
            return PhaseFailure.buildspec("Expected " + path + " to be " + expected + ": found " + kind(value) + " instead");
        }

        private static String kind(Object value) {
            if (value instanceof Map) {
                return "subkeys";
            }
            return value instanceof String ? "text" : value == null ? "nothing" : "a list";
        }

        Set<String> names() {
            Set<String> names = new LinkedHashSet<>();
            values.keySet().forEach(key -> names.add((String) key));
            return names;
        }

        boolean has(String name) {
            return values.get(name) != null;
        }

        Section section(String name) {
            return of(path + "." + name, values.get(name));
        }

        Optional<String> text(String name) {
            Object value = values.get(name);
            if (value == null) {
                return Optional.empty();
            }
            if (!(value instanceof String text)) {
                throw wrongType(path + "." + name, "of string type", value);
            }
            return Optional.of(text);
        }

        /** A list of texts; a single text counts as a list of one. */
        List<String> texts(String name) {
            Object value = values.get(name);
            if (value == null) {
                return List.of();
            }
            if (value instanceof String text) {
                return List.of(text);
            }
            if (!(value instanceof List<?> list)) {
                throw wrongType(path + "." + name, "a list", value);
            }
            List<String> texts = new ArrayList<>();
            for (Object element : list) {
                if (element != null && !(element instanceof String)) {
                    throw wrongType(path + "." + name + "[" + texts.size() + "]", "of string type", element);
                }
                texts.add(element == null ? "" : (String) element);
            }
            return List.copyOf(texts);
        }

        boolean flag(String name) {
            String text = text(name).orElse("no");
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "yes", "true", "on", "1" -> true;
                case "no", "false", "off", "0", "" -> false;
                default -> throw PhaseFailure.buildspec("Expected " + path + "." + name + " to be yes or no: found " + text + " instead");
            };
        }
    }
}
