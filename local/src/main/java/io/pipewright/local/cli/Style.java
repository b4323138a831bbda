package io.pipewright.local.cli;

/** How text looks on a screen that has colours ("ECMA-48", Select Graphic Rendition). */
enum Style {
    PLAIN(""), BOLD("1"), DIM("2"), RED("31"), GREEN("32"), YELLOW("33"), BLUE("34");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String apply(String text, boolean colours) {
        return !colours || this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
