package io.pipewright.local.dynamodb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads condition, filter, key condition and projection expressions. */
final class ExpressionParser {
    private static final int MAX_EXPRESSION_BYTES = 4096;
    private static final Set<String> KEYWORDS = Set.of("AND", "OR", "NOT", "BETWEEN", "IN");
    /** "Reserved words in DynamoDB", DynamoDB Developer Guide. */
    private static final Set<String> RESERVED_WORDS = reservedWords();

    private final Expression.Kind kind;
    private final Tokens tokens;
    private final List<Path> paths = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> values = new HashSet<>();

    private ExpressionParser(Expression.Kind kind, String text) {
        if (text.isBlank()) {
            throw kind.invalid("The expression can not be empty;");
        }
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_EXPRESSION_BYTES) {
            throw kind.invalid("Expression size has exceeded the maximum allowed size; expression size: " + size);
        }
        this.kind = kind;
        this.tokens = new Tokens(kind, text);
    }

    static Expression<Condition> condition(Expression.Kind kind, String text) {
        ExpressionParser parser = new ExpressionParser(kind, text);
        return parser.complete(parser.disjunction());
    }

    static Expression<List<Path>> projection(String text) {
        ExpressionParser parser = new ExpressionParser(Expression.Kind.PROJECTION, text);
        do {
            parser.path();
        } while (parser.tokens.takeIf(","));
        return parser.complete(List.copyOf(parser.paths));
    }

    private <T> Expression<T> complete(T content) {
        if (!tokens.atEnd()) {
            throw tokens.syntaxError();
        }
        return new Expression<>(kind, content, List.copyOf(paths), Set.copyOf(names), Set.copyOf(values));
    }

    private Condition disjunction() {
        Condition left = conjunction();
        while (tokens.takeIf("OR")) {
            left = new Condition.Or(left, conjunction());
        }
        return left;
    }

    private Condition conjunction() {
        Condition left = negation();
        while (tokens.takeIf("AND")) {
            left = new Condition.And(left, negation());
        }
        return left;
    }

    private Condition negation() {
        return tokens.takeIf("NOT") ? new Condition.Not(negation()) : primary();
    }

    private Condition primary() {
        boolean redundant = tokens.doublesParentheses();
        if (tokens.takeIf("(")) {
            Condition inner = disjunction();
            tokens.expect(")");
            if (redundant) {
                throw kind.invalid("The expression has redundant parentheses;");
            }
            return inner;
        }
        boolean called = tokens.peekSecond().equals("(") && isWord(tokens.peek());
        return called && !tokens.peek().equals("size") ? function() : comparison(operand());
    }

    private Condition comparison(Operand left) {
        String operator = upper(tokens.take());
        return switch (operator) {
            case "=" -> new Condition.Equal(left, operand());
            case "<>" -> new Condition.NotEqual(new Condition.Equal(left, operand()));
            case "<" -> new Condition.Ordered(left, Condition.Order.LESS, operand());
            case "<=" -> new Condition.Ordered(left, Condition.Order.LESS_OR_EQUAL, operand());
            case ">" -> new Condition.Ordered(left, Condition.Order.GREATER, operand());
            case ">=" -> new Condition.Ordered(left, Condition.Order.GREATER_OR_EQUAL, operand());
            case "BETWEEN" -> between(left);
            case "IN" -> new Condition.In(left, operands());
            default -> {
                tokens.back();
                throw tokens.syntaxError();
            }
        };
    }

    private Condition between(Operand operand) {
        Operand low = operand();
        tokens.expect("AND");
        return new Condition.Between(operand, low, operand());
    }

    private Condition function() {
        String function = tokens.take();
        List<Operand> operands = operands();
        return switch (function) {
            case "attribute_exists" -> new Condition.Exists(path(function, operands, 1), false);
            case "attribute_not_exists" -> new Condition.Exists(path(function, operands, 1), true);
            case "attribute_type" -> new Condition.HasType(path(function, operands, 2), operands.get(1));
            case "begins_with" -> {
                requireCount(function, operands, 2);
                yield new Condition.BeginsWith(operands.get(0), operands.get(1));
            }
            case "contains" -> {
                requireCount(function, operands, 2);
                yield new Condition.Contains(operands.get(0), operands.get(1));
            }
            default -> throw kind.invalid("Invalid function name; function: " + function);
        };
    }

    private Path path(String function, List<Operand> operands, int count) {
        requireCount(function, operands, count);
        if (operands.get(0) instanceof Path path) {
            return path;
        }
        throw kind.invalid("Operator or function requires a document path; operator or function: " + function);
    }

    private void requireCount(String function, List<Operand> operands, int count) {
        if (operands.size() != count) {
            throw kind.invalid("Incorrect number of operands for operator or function; operator or function: "
                    + function + ", number of operands: " + operands.size());
        }
    }

    private List<Operand> operands() {
        tokens.expect("(");
        List<Operand> operands = new ArrayList<>();
        do {
            operands.add(operand());
        } while (tokens.takeIf(","));
        tokens.expect(")");
        return operands;
    }

    private Operand operand() {
        String token = tokens.peek();
        if (token.startsWith(":") && token.length() > 1) {
            values.add(token);
            return new Operand.Value(tokens.take());
        }
        if (!tokens.peekSecond().equals("(")) {
            return path();
        }
        if (!token.equals("size")) {
            throw isWord(token)
                    ? kind.invalid("The function is not allowed to be used this way in an expression; function: "
                            + token)
                    : tokens.syntaxError();
        }
        tokens.take();
        return new Operand.Size(path("size", operands(), 1));
    }

    private Path path() {
        List<Path.Step> steps = new ArrayList<>();
        steps.add(field());
        while (true) {
            if (tokens.takeIf(".")) {
                steps.add(field());
            } else if (tokens.takeIf("[")) {
                steps.add(element());
            } else {
                Path path = new Path(List.copyOf(steps));
                paths.add(path);
                return path;
            }
        }
    }

    private Path.Field field() {
        String name = tokens.peek();
        if (name.startsWith("#") && name.length() > 1) {
            names.add(name);
        } else if (!isWord(name) || name.startsWith("_") || KEYWORDS.contains(upper(name))) {
            throw tokens.syntaxError();
        } else if (RESERVED_WORDS.contains(upper(name))) {
            throw kind.invalid("Attribute name is a reserved keyword; reserved keyword: " + name);
        }
        return new Path.Field(tokens.take());
    }

    private Path.Element element() {
        try {
            int index = Integer.parseInt(tokens.peek());
            tokens.take();
            tokens.expect("]");
            return new Path.Element(index);
        } catch (NumberFormatException e) {
            throw tokens.syntaxError();
        }
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_');
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private static Set<String> reservedWords() {
        try (InputStream words = ExpressionParser.class.getResourceAsStream("reserved-words.txt")) {
            return Set.of(new String(words.readAllBytes(), StandardCharsets.US_ASCII).split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
