package io.millrace.transform.mask;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * FF1 of NIST SP 800-38G with an empty tweak or a given one: a permutation of the texts of one length over an alphabet, which it takes as numbers
 * from 0. Encrypts alone. Confined to one thread; allocates.
 */
final class Ff1 {
    private static final int BLOCK = 16;
    private static final int ROUNDS = 10;

    private final Cipher aes;
    private final BigInteger radix;
    private final byte[] tweak;

    /** @param key of 16, 24 or 32 bytes */
    @SuppressWarnings("InsecureCryptoUsage") // FF1 is made of single blocks
    Ff1(byte[] key, int radix, byte[] tweak) {
        this.radix = BigInteger.valueOf(radix);
        this.tweak = tweak.clone();
        try {
            aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no AES with such a key: bytes=" + key.length, e);
        }
    }

    /** Puts the encrypted numbers in place of the plain ones. */
    void encrypt(int[] text, int length) {
        int u = length / 2;
        int v = length - u;
        int numberBytes = (radix.pow(v).subtract(BigInteger.ONE).bitLength() + 7) / 8;
        int resultBytes = 4 * ((numberBytes + 3) / 4) + 4;
        byte[] first = first(length, u);
        BigInteger a = number(text, 0, u);
        BigInteger b = number(text, u, length);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mac = mac(first, second(round, b, numberBytes));
            BigInteger y = new BigInteger(1, stretched(mac, resultBytes));
            BigInteger c = a.add(y).mod(radix.pow(round % 2 == 0 ? u : v));
            a = b;
            b = c;
        }
        put(a, text, 0, u);
        put(b, text, u, length);
    }

    private byte[] first(int length, int u) {
        byte[] block = new byte[BLOCK];
        block[0] = 1;
        block[1] = 2;
        block[2] = 1;
        putInt(radix.intValue(), block, 3, 3);
        block[6] = ROUNDS;
        block[7] = (byte) u;
        putInt(length, block, 8, 4);
        putInt(tweak.length, block, 12, 4);
        return block;
    }

    private static void putInt(int value, byte[] to, int at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            to[at + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
    }

    private byte[] second(int round, BigInteger b, int numberBytes) {
        int zeros = Math.floorMod(-tweak.length - numberBytes - 1, BLOCK);
        byte[] block = Arrays.copyOf(tweak, tweak.length + zeros + 1 + numberBytes);
        block[tweak.length + zeros] = (byte) round;
        byte[] number = b.toByteArray();
        int skipped = Math.max(0, number.length - numberBytes); // a sign byte
        int count = number.length - skipped;
        System.arraycopy(number, skipped, block, block.length - count, count);
        return block;
    }

    /** CBC-MAC over both. */
    private byte[] mac(byte[] first, byte[] second) {
        byte[] state = encrypt(first);
        for (int at = 0; at < second.length; at += BLOCK) {
            for (int i = 0; i < BLOCK; i++) {
                state[i] ^= second[at + i];
            }
            state = encrypt(state);
        }
        return state;
    }

    private byte[] stretched(byte[] mac, int bytes) {
        byte[] all = Arrays.copyOf(mac, bytes);
        for (int block = 1; block * BLOCK < bytes; block++) {
            byte[] counter = mac.clone();
            for (int i = 0; i < 4; i++) {
                counter[BLOCK - 1 - i] ^= (byte) (block >>> (8 * i));
            }
            byte[] next = encrypt(counter);
            System.arraycopy(next, 0, all, block * BLOCK, Math.min(BLOCK, bytes - block * BLOCK));
        }
        return all;
    }

    private byte[] encrypt(byte[] block) {
        try {
            return aes.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refuses a block", e);
        }
    }

    private BigInteger number(int[] text, int from, int to) {
        BigInteger number = BigInteger.ZERO;
        for (int i = from; i < to; i++) {
            number = number.multiply(radix).add(BigInteger.valueOf(text[i]));
        }
        return number;
    }

    private void put(BigInteger number, int[] text, int from, int to) {
        BigInteger rest = number;
        for (int i = to - 1; i >= from; i--) {
            BigInteger[] parts = rest.divideAndRemainder(radix);
            text[i] = parts[1].intValue();
            rest = parts[0];
        }
    }
}
