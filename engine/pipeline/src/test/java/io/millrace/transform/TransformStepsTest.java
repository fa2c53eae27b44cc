package io.millrace.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import io.millrace.transform.row.FilterVerdict;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.row.ScratchRow;
import io.millrace.transform.row.TableTransform;
import io.millrace.transform.step.RowContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Steps of all kinds on one image each. */
class TransformStepsTest {
    private static final TableId TABLE = new TableId("shop", "people");
    private static final TableSchema SCHEMA = new TableSchema(
            TABLE,
            1,
            List.of(
                    new Column("id", ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false),
                    new Column("name", ColumnType.TEXT, "varchar(20)", true, 20, -1, "", List.of(), false),
                    new Column("age", ColumnType.INTEGER, "tinyint", true, 1, -1, "", List.of(), false),
                    new Column("sum", ColumnType.DECIMAL, "decimal(6,2)", true, 6, 2, "", List.of(), false),
                    new Column("born", ColumnType.DATE, "date", true, -1, -1, "", List.of(), false),
                    new Column(
                            "seen",
                            ColumnType.POSTGRES_TIMESTAMPTZ,
                            "timestamptz",
                            false,
                            -1,
                            6,
                            "",
                            List.of(),
                            false)),
            List.of(0));
    private static final String KEY_CHANGED =
            "a column of the key is changed, and two rows might get one key: expected=mask with hash or fpe, or set by id + 1,"
                    + " id * 2, 'x' || id, cast(id as text)";
    private static final Object ABSENT = new Object();
    private static final long BORN = CivilTime.date(1990, 5, 17);
    private static final long SEEN = 762_825_600_000_000L + 5_025_000_007L; // 2024-03-04 01:23:45.000007

    private final List<Finding> findings = new ArrayList<>();

    private Optional<TableTransform> compile(String steps, String... unsent) {
        SecretResolver secrets = new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return name.equals("KEY") ? Optional.of("Jefe") : Optional.empty();
            }

            @Override
            public Optional<String> file(Path path) {
                return Optional.empty();
            }
        };
        TaskSpec task = TaskFile.parse(
                        "task.yaml",
                        "name: t\nsource: a\ntarget: b\ntables: ['*']\ntransforms:\n" + steps,
                        Path.of(""),
                        secrets)
                .orThrow();
        TransformCompiler compiler = new TransformCompiler(task, Map.of(TABLE, Set.of(unsent)), findings);
        Optional<TableTransform> transform = compiler.of(SCHEMA, TABLE);
        compiler.warnOfUnused();
        return transform;
    }

    private String problems(String steps, String... unsent) {
        findings.clear();
        assertEquals(Optional.empty(), compile(steps, unsent));
        return findings.stream().map(Finding::message).collect(Collectors.joining("\n"));
    }

    /** What becomes of a row, by column. */
    private String after(String steps, Object... row) {
        TableTransform transform = compile(steps).orElseThrow();
        assertEquals(List.of(), findings);
        ImageRewriter rewriter = transform.rewriter(RowContext.ofLoad("here", () -> 0));
        RowEncoder out = new ScratchRow().begin();
        rewriter.image(image(row), out, false);
        ImageFlyweight image = new ImageFlyweight();
        out.wrapLastImage(image);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < transform.shape().columns().size(); i++) {
            values.add(text(image, i, transform.shape().columns().get(i).type()));
        }
        return String.join("|", values);
    }

    private static String text(ImageFlyweight image, int column, ColumnType type) {
        if (!image.isPresent(column)) {
            return "absent";
        }
        if (image.isNull(column)) {
            return "null";
        }
        if (type.isFixed()) {
            return String.valueOf(image.longAt(column));
        }
        byte[] bytes = new byte[image.valueLength(column)];
        image.buffer().getBytes(image.valueOffset(column), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ImageFlyweight image(Object... row) {
        ByteBuffer memory = ByteBuffer.allocateDirect(4096);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(row.length);
        for (int i = 0; i < row.length; i++) {
            if (row[i] == ABSENT) {
                encoder.putAbsent(i);
            } else if (row[i] == null) {
                encoder.putNull(i);
            } else if (row[i] instanceof Number number) {
                encoder.putLong(i, number.longValue());
            } else {
                byte[] bytes = row[i].toString().getBytes(StandardCharsets.UTF_8);
                encoder.putBytes(i, bytes, 0, bytes.length);
            }
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    private String name(String steps, String name) {
        return after(steps, 1, name, 30, "1.50", BORN, SEEN).split("\\|")[1];
    }

    private static String replace(String rest) {
        return "  - replace: {columns: [name], " + rest + "}\n";
    }

    private static String mask(String rest) {
        return "  - mask: {columns: [name], " + rest + "}\n";
    }

    @Test
    void shouldReplaceEveryOccurrence() {
        assertEquals("bbXbb", name(replace("from: a, to: bb"), "aXa"));
        assertEquals("", name(replace("from: ab"), "abab"));
        assertEquals("$1", name(replace("from: 好, to: $1"), "好"));
        assertEquals("nothing", name(replace("from: aa, to: b"), "nothing"));
        assertEquals("x-X", name(replace("from: A, to: x"), "x-X"));
        assertEquals("x-x", name(replace("from: 'Ä.', to: x, case_sensitive: false"), "ä.-Ä."));
        assertEquals("2-1", name(replace("from: '([a-z])([0-9])', to: '$2-', regex: true"), "a21"));
        assertEquals("<ab>", name(replace("from: '(?P<x>.+)', to: '<${x}>', regex: true"), "ab"));
        assertEquals("null", name(replace("from: a"), null));
    }

    @Test
    void shouldNotTakeForeverWhenAnExpressionIsHostile() {
        String text = "a".repeat(2_000);
        org.junit.jupiter.api.Assertions.assertTimeout(
                java.time.Duration.ofSeconds(20),
                () -> assertEquals(text, name(replace("from: '(a+)+$b', to: x, regex: true"), text)));
    }

    @Test
    void shouldHideWhatAMaskHides() {
        assertEquals("ab***yz", name(mask("with: keep, first: 2, last: 2"), "ab好cdyz"));
        assertEquals("****", name(mask("with: keep, first: 2, last: 2"), "abcd"));
        assertEquals("j***@x.org", name(mask("with: email"), "jane@x.org"));
        assertEquals("***@x.org", name(mask("with: email"), "j@x.org"));
        assertEquals("***", name(mask("with: email"), "@x.org"));
        assertEquals("***", name(mask("with: email"), "no address"));
        assertEquals("+00 (0) 000-0", name(mask("with: digits"), "+49 (0) 17٣-4"));
        assertEquals("x", name(mask("with: fixed, value: x"), "secret"));
        assertEquals("null", name(mask("with: nullify"), "secret"));
        for (String way : List.of("fixed, value: x", "email", "digits", "keep")) {
            assertEquals("null", name(mask("with: " + way), null), way);
        }
        String fpe = mask("with: fpe, key: '${env:KEY}'");
        String hidden = name(fpe, "+49 (0) 17-345678 ü");
        assertEquals("+00 (0) 00-000000 ü", hidden.replaceAll("[0-9]", "0"));
        assertEquals(hidden, name(fpe, "+49 (0) 17-345678 ü"));
        assertFalse(hidden.equals("+49 (0) 17-345678 ü") || hidden.equals(name(fpe, "+49 (0) 17-345679 ü")), hidden);
        assertEquals("null", name(fpe, null));
        assertEquals(
                "a text has too few digits to be encrypted: column=name, least=6, table=shop.people, step=1",
                assertThrows(MillraceException.class, () -> name(fpe, "12345")).getMessage());
        // RFC 4231, test case 2.
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                name(mask("with: hash, key: '${env:KEY}'"), "what do ya want for nothing?"));
    }

    @Test
    void shouldKeepOtherColumnsWhenAMaskChangesItsColumnsType() {
        String steps = """
                  - set: {columns: {sum: sum + 1}}
                  - mask: {columns: [age], with: hash, key: '${env:KEY}'}
                  - filter: {where: age like '%'}
                  - set: {columns: {name: 'name || substring(age, 1, 3)'}}
                """;
        String row = after(steps, 1, "x", 30, "1.50", BORN, SEEN);

        assertEquals(
                List.of("1", "x" + row.split("\\|")[2].substring(0, 3), "2.50"),
                List.of(row.split("\\|")[0], row.split("\\|")[1], row.split("\\|")[3]));
        assertEquals(64, row.split("\\|")[2].length());
    }

    @Test
    void shouldCutDates() {
        String both = "  - mask: {columns: [born, seen], with: truncate_date, unit: ";
        String rest = "|name|30|1.50|";
        Object[] row = {1, "name", 30, "1.50", BORN, SEEN};
        long day = SEEN - 5_025_000_007L;
        assertEquals(
                "1" + rest + CivilTime.date(1990, 1, 1) + "|" + (day - 63 * 86_400_000_000L),
                after(both + "year}\n", row));
        assertEquals(
                "1" + rest + CivilTime.date(1990, 5, 1) + "|" + (day - 3 * 86_400_000_000L),
                after(both + "month}\n", row));
        assertEquals("1" + rest + BORN + "|" + day, after(both + "day}\n", row));
        assertEquals("1" + rest + BORN + "|" + (day + 3_600_000_000L), after(both + "hour}\n", row));
        row[4] = CivilTime.date(0, 0, 0);
        row[5] = Long.MAX_VALUE;
        assertEquals("1" + rest + "0|" + Long.MAX_VALUE, after(both + "year}\n", row));
    }

    @Test
    void shouldComputeColumnsOldAndNew() {
        Object[] row = {1, "name", 30, "1.50", BORN, SEEN};
        assertEquals(
                "1|NAME|31|2.49|" + BORN + "|" + SEEN + "|1.6500",
                after(
                        "  - set: {columns: {name: upper(name), age: age + 1, sum: sum * 1.657, more: sum * 1.10}}\n",
                        row));
        assertEquals(
                "1|name|2|1.50|" + BORN + "|" + SEEN,
                after("  - set: {columns: {age: sum}}\n", row),
                "rounded half away from zero");
        assertEquals(
                "1|absent|30|1.50|absent|" + SEEN + "|absent",
                after(
                        "  - set: {columns: {name: lower(name), later: born + 1}}\n",
                        1,
                        ABSENT,
                        30,
                        "1.50",
                        ABSENT,
                        SEEN));
        assertEquals(
                "1|-|30|1.50|null|" + SEEN,
                after(
                        "  - set: {columns: {name: name || 'x'}}\n  - replace: {columns: [name], from: ax, to: '-'}\n",
                        1,
                        "a",
                        30,
                        "1.50",
                        null,
                        SEEN),
                "each step sees what the one before left");
        for (String tooMuch : List.of("age: age + 100", "sum: sum * 10000", "name: name || '12345678901234567'")) {
            MillraceException failure = assertThrows(
                    MillraceException.class, () -> after("  - set: {columns: {" + tooMuch + "}}\n", row), tooMuch);
            assertEquals(ErrorCode.EXPRESSION_FAILED, failure.code());
            assertTrue(failure.getMessage().endsWith(", table=shop.people, step=1"), failure.getMessage());
        }
    }

    @Test
    void shouldJudgeByWhatTheStepsBeforeLeft() {
        TableTransform transform = compile("""
                  - set: {columns: {age: age + 1}}
                  - filter: {where: age > 30}
                """).orElseThrow();
        ImageRewriter rewriter = transform.rewriter(RowContext.ofLoad("here", () -> 0));

        assertEquals(FilterVerdict.IN, rewriter.verdict(image(1, "a", 30, null, null, SEEN)));
        assertEquals(FilterVerdict.OUT, rewriter.verdict(image(1, "a", 29, null, null, SEEN)));
        assertEquals(FilterVerdict.OUT, rewriter.verdict(image(1, "a", null, null, null, SEEN)));
        assertEquals(FilterVerdict.UNKNOWN, rewriter.verdict(image(1, "a", ABSENT, null, null, SEEN)));
    }

    @Test
    void shouldWarnWhenARowThatComesIntoAFilterMayLackColumns() {
        assertTrue(compile("  - filter: {where: age > 1}\n", "name").isPresent());

        assertEquals(
                List.of("WARNING a row that comes into a filter by an update may lack columns, and is dirty then:"
                        + " table=shop.people, columns=[name]"),
                findings.stream()
                        .map(each -> each.severity() + " " + each.message())
                        .toList());
    }

    @Test
    void shouldNameEveryProblem() {
        assertEquals(
                "unknown column: column=agee, key=transforms.filter.where, table=shop.people",
                problems("  - filter: {where: agee > 1}\n"));
        assertEquals(
                "a filter looks at what the source may leave unsent: key=transforms.filter.where, columns=[name], table=shop.people",
                problems("  - filter: {where: name = 'a' and age > 1}\n", "name"));
        assertEquals(
                "a filter looks at what the source may leave unsent: key=transforms.filter.where, columns=[big], table=shop.people",
                problems("  - set: {columns: {big: upper(name)}}\n  - filter: {where: big = 'A'}\n", "name"));
        assertEquals("""
                the column is no text: type=tinyint, key=transforms.replace.columns.age, table=shop.people
                KEY, key=transforms.mask.columns.id, table=shop.people
                the column is not nullable: key=transforms.mask.columns.seen, table=shop.people
                a value does not fit its column: value=text, type=tinyint, key=transforms.set.columns.age, table=shop.people
                KEY, key=transforms.set.columns.id, table=shop.people
                the column is no date and no time: type=varchar(20), key=transforms.mask.columns.name, table=shop.people
                """.strip().replace("KEY", KEY_CHANGED), problems("""
                  - replace: {columns: [age], from: a}
                  - mask: {columns: [id], with: fixed, value: '1'}
                  - mask: {columns: [seen], with: nullify}
                  - set: {columns: {age: name, id: id + age}}
                  - mask: {columns: [name], with: truncate_date, unit: day}
                """));
        assertEquals(
                "not a regular expression of RE2: reason=missing closing ), key=transforms.replace.columns.name, table=shop.people",
                problems(replace("from: '(', regex: true")));
        assertEquals(
                "a replacement names a group that is not there, or is not closed: key=to, key=transforms.replace.columns.name, table=shop.people",
                problems(replace("from: 'a', to: '$1', regex: true")));
        assertEquals(
                "it changes no selected table: key=transforms[0].mask",
                problems(mask("with: email").replace("name", "mail")));
    }

    /** EXACTNESS 32. */
    @Test
    void shouldChangeKeysByWhatKeepsThemApart() {
        Object[] row = {7, "name", 30, "1.50", BORN, SEEN};
        String rest = "|name|30|1.50|" + BORN + "|" + SEEN;
        assertEquals("8" + rest, after("  - set: {columns: {id: id + 1}}\n", row));
        assertEquals(
                "c-7" + rest, after("  - set: {columns: {id: \"cast('c-' || cast(id as text) as text)\"}}\n", row));
        String hashed = after("  - mask: {columns: [id], with: hash, key: '${env:KEY}'}\n", row);
        assertEquals(64, hashed.indexOf('|'));
        TableTransform transform = compile("  - mask: {columns: [ID], with: hash, key: '${env:KEY}'}\n")
                .orElseThrow();
        assertTrue(transform.isKeyChanged());
        assertEquals("varchar(64)", transform.shape().columns().get(0).sourceType());
        assertFalse(transform.shape().columns().get(0).nullable());
        assertFalse(
                compile("  - set: {columns: {age: age + 1}}\n").orElseThrow().isKeyChanged());
        for (String step : List.of(
                "  - mask: {columns: [id], with: fixed, value: '1'}\n",
                "  - replace: {columns: [id], from: a}\n",
                "  - set: {columns: {id: id * 0}}\n",
                "  - set: {columns: {id: id * age}}\n",
                "  - set: {columns: {id: 5}}\n")) {
            assertTrue(problems(step).startsWith(KEY_CHANGED + ", key=transforms."), step + problems(step));
        }
        assertTrue(problems("""
                          - mask: {columns: [id], with: hash, key: '${env:KEY}'}
                          - mask: {columns: [id], with: keep, last: 4}
                        """).startsWith(KEY_CHANGED), "a step behind one that is taken");
    }

    @Test
    void shouldGiveAColumnTheTypeOfItsCast() {
        Object[] row = {1, "12", 30, "1.50", BORN, SEEN};
        String steps = "  - set: {columns: {age: cast(age + 100 as text), name: cast(name as bigint),"
                + " sum: '(cast(sum as decimal(4,1)))', day: cast(seen as date)}}\n  - set: {columns: {name: name + 1}}\n";
        assertEquals("1|13|130|1.5|" + BORN + "|" + SEEN + "|" + CivilTime.date(2024, 3, 4), after(steps, row));
        assertEquals(
                List.of("bigint", "bigint", "text", "decimal(4,1)", "date", "timestamptz", "date"),
                compile(steps).orElseThrow().shape().columns().stream()
                        .map(Column::sourceType)
                        .toList());
        assertEquals(
                "a value does not fit its column: value=text, type=tinyint, key=transforms.set.columns.age, table=shop.people",
                problems("  - set: {columns: {age: \"cast(age as text) || 'x'\"}}\n"),
                "a cast within an expression is no type of its column");
    }

    /** Against a mask that counts code points one by one. */
    @Test
    void shouldHideTheSameWhetherOrNotATextIsAscii() {
        for (int length = 0; length < 40; length++) {
            for (int first = 0; first < 4; first++) {
                for (int last = 0; last < 12; last += 5) {
                    String steps = mask("with: keep, first: " + first + ", last: " + last);
                    String ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".substring(0, length);
                    StringBuilder wide = new StringBuilder();
                    StringBuilder plain = new StringBuilder();
                    for (int i = 0; i < length; i++) {
                        boolean isKept = length > first + last && (i < first || i >= length - last);
                        plain.append(isKept ? ascii.charAt(i) : '*');
                        wide.append(isKept ? "好" : "*");
                    }
                    assertEquals(plain.toString(), name(steps, ascii), steps);
                    assertEquals(wide.toString(), name(steps, "好".repeat(length)), steps);
                }
            }
        }
    }
}
