package io.millrace.e2e.workload;

import java.util.List;
import java.util.Map;

/** The twelve tables of {@link OltpWorkload}: every one but the roots has a parent, seven have a further unique key. */
final class OltpSchema {
    /** Parents before children. */
    static final List<String> TABLES = List.of(
            "region",
            "warehouse",
            "category",
            "product",
            "stock",
            "customer",
            "address",
            "orders",
            "order_line",
            "payment",
            "shipment",
            "review");

    static final List<String> STATEMENTS = List.of("""
            CREATE TABLE region (
              id INT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE)
            """, """
            CREATE TABLE warehouse (
              id INT NOT NULL PRIMARY KEY, region_id INT NOT NULL, code CHAR(8) NOT NULL,
              FOREIGN KEY (region_id) REFERENCES region (id))
            """, """
            CREATE TABLE category (
              id INT NOT NULL PRIMARY KEY, parent_id INT NULL, name VARCHAR(40) NOT NULL,
              FOREIGN KEY (parent_id) REFERENCES category (id))
            """, """
            CREATE TABLE product (
              id BIGINT NOT NULL PRIMARY KEY, category_id INT NOT NULL, sku VARCHAR(24) NOT NULL UNIQUE,
              name VARCHAR(80) NOT NULL, price DECIMAL(12,2) NOT NULL, active TINYINT NOT NULL,
              FOREIGN KEY (category_id) REFERENCES category (id))
            """, """
            CREATE TABLE stock (
              warehouse_id INT NOT NULL, product_id BIGINT NOT NULL, quantity INT NOT NULL,
              counted_at DATETIME(6) NOT NULL, PRIMARY KEY (warehouse_id, product_id),
              FOREIGN KEY (warehouse_id) REFERENCES warehouse (id), FOREIGN KEY (product_id) REFERENCES product (id))
            """, """
            CREATE TABLE customer (
              id BIGINT NOT NULL PRIMARY KEY, region_id INT NOT NULL, email VARCHAR(80) NOT NULL UNIQUE,
              name VARCHAR(80) NOT NULL, points INT NOT NULL, FOREIGN KEY (region_id) REFERENCES region (id))
            """, """
            CREATE TABLE address (
              id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, street VARCHAR(80) NOT NULL,
              postcode CHAR(8) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customer (id))
            """, """
            CREATE TABLE orders (
              id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, address_id BIGINT NOT NULL,
              order_no VARCHAR(24) NOT NULL UNIQUE, status SMALLINT NOT NULL, total DECIMAL(12,2) NOT NULL,
              placed_at DATETIME(6) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customer (id),
              FOREIGN KEY (address_id) REFERENCES address (id))
            """, """
            CREATE TABLE order_line (
              order_id BIGINT NOT NULL, line INT NOT NULL, product_id BIGINT NOT NULL, quantity INT NOT NULL,
              price DECIMAL(12,2) NOT NULL, PRIMARY KEY (order_id, line),
              FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (product_id) REFERENCES product (id))
            """, """
            CREATE TABLE payment (
              id BIGINT NOT NULL PRIMARY KEY, order_id BIGINT NOT NULL, reference VARCHAR(24) NOT NULL UNIQUE,
              amount DECIMAL(12,2) NOT NULL, captured TINYINT NOT NULL,
              FOREIGN KEY (order_id) REFERENCES orders (id))
            """, """
            CREATE TABLE shipment (
              id BIGINT NOT NULL PRIMARY KEY, order_id BIGINT NOT NULL, warehouse_id INT NOT NULL,
              tracking VARCHAR(24) NOT NULL UNIQUE, sent_at DATETIME(6) NOT NULL,
              FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (warehouse_id) REFERENCES warehouse (id))
            """, """
            CREATE TABLE review (
              id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id BIGINT NOT NULL, product_id BIGINT NOT NULL,
              stars TINYINT NOT NULL, body VARCHAR(200) NOT NULL, UNIQUE (customer_id, product_id),
              FOREIGN KEY (customer_id) REFERENCES customer (id), FOREIGN KEY (product_id) REFERENCES product (id))
            """);

    /** Columns whose text is the same on both servers. */
    static final Map<String, String> COMPARED = Map.ofEntries(
            Map.entry("region", "id, name"),
            Map.entry("warehouse", "id, region_id"),
            Map.entry("category", "id, parent_id, name"),
            Map.entry("product", "id, category_id, sku, name, price, active"),
            Map.entry("stock", "warehouse_id, product_id, quantity"),
            Map.entry("customer", "id, region_id, email, name, points"),
            Map.entry("address", "id, customer_id, street"),
            Map.entry("orders", "id, customer_id, address_id, order_no, status, total"),
            Map.entry("order_line", "order_id, line, product_id, quantity, price"),
            Map.entry("payment", "id, order_id, reference, amount, captured"),
            Map.entry("shipment", "id, order_id, warehouse_id, tracking"),
            Map.entry("review", "id, customer_id, product_id, stars, body"));

    private OltpSchema() {}
}
