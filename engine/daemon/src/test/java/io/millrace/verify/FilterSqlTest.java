package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import io.millrace.verify.SourceTable.SourceColumn;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterSqlTest {
    private static final SourceTable MYSQL = new SourceTable(
            new TableId("shop", "t"),
            List.of(
                    new SourceColumn("id", "int", 0, false),
                    new SourceColumn("Region", "smallint", 0, false),
                    new SourceColumn("name", "varchar", 0, false)),
            List.of("id"));
    private static final SourceTable POSTGRES = new SourceTable(
            new TableId("shop", "t"),
            List.of(
                    new SourceColumn("id", "int4", 0, false),
                    new SourceColumn("date", "date", 0, false),
                    new SourceColumn("Name", "varchar", 0, false),
                    new SourceColumn("mood", "mood", 0, false)),
            List.of("id"));

    private static FilterSql filter(String where, SourceTable table) {
        return FilterSql.of(where, table).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id = 1",
                "region in (1, -2,3) and not (id is null) or `Region` between -5 and 5",
                "id <> 7 and (id >= 2 or id != region)",
                "id is not null and true"
            })
    void shouldPutComparisonsOfWholeNumbersToMySql(String where) {
        assertEquals(Optional.empty(), filter(where, MYSQL).obstacle(SourceServer.MYSQL));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = 'x'",
                "id + 1 = 2",
                "id - 1 = 2",
                "(id) - 1 = 2",
                "id = 1.5",
                "id = '1'",
                "abs(id) = 1",
                "id / 2 = 1",
                "id <= 12345678901234567890",
                "nobody = 1"
            })
    void shouldNotPutAnythingElseToMySql(String where) {
        assertTrue(filter(where, MYSQL).obstacle(SourceServer.MYSQL).isPresent(), where);
    }

    @Test
    void shouldSpellColumnsAsTheSourceDoes() {
        assertEquals(
                "( r.`id` = 1 or r.`Region` < 3)".replace("r.", Rendering.ALIAS + "."),
                filter("ID = 1 or region<3", MYSQL).sql(SourceServer.MYSQL));
        assertEquals(
                "(SELECT f.\"Name\" >= 'it''s \"Name\"' and f.\"date\" > date '2026-01-01' and date ( f.\"date\" ) is not null"
                        + " FROM (SELECT r.\"date\" AS \"date\", r.\"Name\"::text COLLATE \"C\" AS \"Name\") f)"
                                .replace("r.", Rendering.ALIAS + "."),
                filter("name >= 'it''s \"Name\"' and `date` > date '2026-01-01' and date(date) is not null", POSTGRES)
                        .sql(SourceServer.POSTGRES));
    }

    @Test
    void shouldSayWhatPostgresWouldCompareOtherwise() {
        assertEquals(
                Optional.empty(),
                filter("name like 'x%' and id % 2 = 0", POSTGRES).obstacle(SourceServer.POSTGRES));
        assertEquals(
                Set.of("id", "Name"), filter("name = 'id' or id = 2", POSTGRES).columns());
        assertTrue(filter("name = 'x'", POSTGRES).names("NAME"));
        assertTrue(filter("mood = 'sad'", POSTGRES)
                .obstacle(SourceServer.POSTGRES)
                .orElseThrow()
                .contains("column=mood, type=mood"));
        assertTrue(filter("Lower(name) = 'x'", POSTGRES)
                .obstacle(SourceServer.POSTGRES)
                .orElseThrow()
                .contains("function=lower"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"id = 1; drop", "id = $1 -- x#", "a.b = 1", "id = 'x", "id = 1 /* ' */ ;"})
    void shouldTakeApartNothingThatIsNoExpression(String where) {
        assertEquals(Optional.empty(), FilterSql.of(where, MYSQL));
    }
}
