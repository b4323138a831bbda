package io.pipewright.local.importing;

import io.pipewright.statemachine.definition.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a template leaves open: each value once, with all the places that need it. */
final class Gaps {
    static final String RULE = "unresolved";
    private static final int MOST_PLACES = 4;

    private record Gap(String remedy, List<String> places) {
    }

    private final Map<String, Gap> gaps = new LinkedHashMap<>();

    /**
     * Notes that a value is not known.
     *
     * @param place where it is needed
     * @param name what stands for it, such as {@code Bucket.Arn}
     * @return a text to stand in its place, in the notation of {@code Fn::Sub}
     */
    String add(String place, String name, String remedy) {
        return addText(place, placeholder(name), remedy);
    }

    /** The same for a text that stands for itself. */
    String addText(String place, String placeholder, String remedy) {
        Gap gap = gaps.computeIfAbsent(placeholder, any -> new Gap(remedy, new ArrayList<>()));
        if (!gap.places().contains(place)) {
            gap.places().add(place);
        }
        return placeholder;
    }

    static String placeholder(String name) {
        return "${" + name + "}";
    }

    /** The texts that stand for what is not known. */
    Set<String> placeholders() {
        return Set.copyOf(gaps.keySet());
    }

    boolean isIn(String text) {
        return gaps.keySet().stream().anyMatch(text::contains);
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        gaps.forEach((placeholder, gap) -> findings.add(new Finding(RULE, "", gap.places().get(0),
                "Not known: " + placeholder + also(gap.places()), gap.remedy())));
        return findings;
    }

    private static String also(List<String> places) {
        StringBuilder text = new StringBuilder();
        places.stream().skip(1).limit(MOST_PLACES).forEach(place -> text.append("\nalso at ").append(place));
        int more = places.size() - 1 - MOST_PLACES;
        return more > 0 ? text + "\nand at " + more + " more places" : text.toString();
    }
}
