package io.millrace.writer.mysql.catalog;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables are not asked one by one only where grants leave no doubt. */
class GrantsTest {
    private static final String ALL_OF_SHOP = "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `shop`.* TO `w`@`%`";

    private static boolean mayWrite(String database, String... lines) {
        return new Grants(List.of(lines)).mayWriteTo(database);
    }

    @Test
    void shouldAskNoTableWhenGrantsSayItPlainly() {
        assertTrue(mayWrite("shop", "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"));
        assertTrue(mayWrite("shop", "GRANT ALL PRIVILEGES ON `shop`.* TO `w`@`%`"));
        assertTrue(mayWrite("shop", ALL_OF_SHOP));
        assertTrue(mayWrite(
                "shop",
                "GRANT SELECT ON *.* TO `w`@`%`",
                "GRANT INSERT, UPDATE, DELETE ON `shop`.* TO `w`@`%`",
                "GRANT SELECT ON `other`.* TO `w`@`%`"));
        assertTrue(mayWrite("a_shop", "GRANT ALL PRIVILEGES ON `a\\_shop`.* TO `w`@`%`"));
    }

    @Test
    void shouldAskEachTableWhenGrantsLeaveADoubt() {
        assertFalse(mayWrite("shop"));
        assertFalse(mayWrite("other", ALL_OF_SHOP));
        assertFalse(mayWrite("shop", "GRANT SELECT, INSERT, UPDATE ON `shop`.* TO `w`@`%`"));
        assertFalse(mayWrite("shop", "GRANT SELECT, INSERT, UPDATE, DELETE ON `shop`.`orders` TO `w`@`%`"));
        assertFalse(mayWrite("shop", "GRANT `writers`@`%` TO `w`@`%`"));
        assertFalse(
                mayWrite("shop", "GRANT ALL PRIVILEGES ON *.* TO `w`@`%`", "REVOKE INSERT ON `shop`.* FROM `w`@`%`"));
        // The server takes one of the two, by an order of its own.
        assertFalse(mayWrite(
                "shop_1", "GRANT ALL PRIVILEGES ON `shop%`.* TO `w`@`%`", "GRANT SELECT ON `shop\\_1`.* TO `w`@`%`"));
    }
}
