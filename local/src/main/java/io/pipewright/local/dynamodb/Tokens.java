package io.pipewright.local.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An expression's tokens, read from left to right. The last one is the end, an empty text. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|[0-9]+|<>|<=|>=|[=<>(),.\\[\\]])|(\\S)|$)");

    private final Expression.Kind kind;
    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private int position;

    Tokens(Expression.Kind kind, String text) {
        this.kind = kind;
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.lookingAt()) {
            int group = matcher.group(2) == null ? 1 : 2;
            if (matcher.group(group) == null) {
                break;
            }
            tokens.add(matcher.group(group));
            starts.add(matcher.start(group));
            matcher.region(matcher.end(), text.length());
        }
        tokens.add("");
        starts.add(text.length());
    }

    /** The next token, not taken. */
    String peek() {
        return tokens.get(position);
    }

    /** The token after the next one, not taken. */
    String peekSecond() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    boolean atEnd() {
        return position == tokens.size() - 1;
    }

    String take() {
        String token = peek();
        if (!atEnd()) {
            position++;
        }
        return token;
    }

    /** Whether the next token opens a pair of parentheses around nothing but another pair: {@code ((…))}. */
    boolean doublesParentheses() {
        return peek().equals("(") && peekSecond().equals("(") && closing(position) == closing(position + 1) + 1;
    }

    private int closing(int opening) {
        int depth = 0;
        for (int i = opening; i < tokens.size(); i++) {
            if (tokens.get(i).equals("(")) {
                depth++;
            } else if (tokens.get(i).equals(")") && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Puts the token taken last back. */
    void back() {
        position--;
    }

    /** Takes the next token if it is {@code symbol}, a sign or a keyword in any case. */
    boolean takeIf(String symbol) {
        boolean found = peek().equalsIgnoreCase(symbol);
        if (found) {
            take();
        }
        return found;
    }

    void expect(String symbol) {
        if (!takeIf(symbol)) {
            throw syntaxError();
        }
    }

    /** DynamoDB's complaint about the next token, with its neighbours. */
    RuntimeException syntaxError() {
        int from = starts.get(Math.max(position - 1, 0));
        int last = Math.min(position + 1, tokens.size() - 1);
        String near = text.substring(from, starts.get(last) + tokens.get(last).length());
        String token = atEnd() ? "<EOF>" : peek();
        return kind.invalid("Syntax error; token: \"" + token + "\", near: \"" + near.strip() + "\"");
    }
}
