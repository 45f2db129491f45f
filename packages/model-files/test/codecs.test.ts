import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBzip2 } from '../src/codecs/bzip2.ts';
import { decodeLz4 } from '../src/codecs/lz4.ts';
import { decodeLzmaAlone } from '../src/codecs/lzma.ts';
import { decodeXz } from '../src/codecs/xz.ts';
import { Cursor, FormatError } from '../src/cursor.ts';
import { MemorySource } from '../src/source.ts';
import { inspectBytes, rulesOf } from './helpers/model.ts';
import { storedLz4, storedXz } from './helpers/stored.ts';

/** By Python's bz2, lzma and lz4 modules: a pickle that runs a command, and {@link TEXT}. */
const PACKED: readonly (readonly [codec: string, evil: string, text: string])[] = [
  [
    'bz2',
    'QlpoOTFBWSZTWTedKTcAAAjTwBQQAAEQAA4ijCBCBCAAIpoBo2mUKGmmABERxbBeQVMUKv8XckU4UJA3nSk3',
    'QlpoOTFBWSZTWWs0+m8ABZZZgYAQQAB/8CYBkIAAgAAIUAToPB7t727156posDxE9qmAqagAIp+CClQGJoMak00KoDE0GaUap6noCGTCEqpsoaANPUlvWYjtYG6wqjejXU9I9VY7XlysaYo7k0DQNlOMGsjNnb2zzzgeWw4qsVuRntygU9BTuWnLs5tbDttHcttTs0u+zcHVlgwSwqBBWSwqyxkN3tnn1k8NhxWKvRGe3AdcIKcB6PVfXdjILsHrwEgkFOA+ZBcy9ujz7Ty2JY7FbkfIZgKeg/kPEspDKQwKSwpDKkMKQwpDKSwpDCBDQ0NDENLJLMNDMNDSxDMNDLDQ0MS0NDJDENDEMEMQ0MENDENDEtDENDQwTGs+0boUQQk1wgAQAIQEzpebeJTZ5PlaxTUY1Q9ZzMrGXep9ZHXhkN14524LjjjhHnnAFaANsptlK0pbCkAmgE0gE1IWXzt8k545v2eRiw6sjzh76pkETlKUCqcoFOOUJJB55SZryq0AWwNsAbZQthLZA2wNs3GAq73s6iat4zWVrZ26HqIzrkbLIeIQSxekWVr1ekVVVoYEwg2SNyBGwhzghIQAS1wpvuxL5lvXWdtvBtztu6J0tFVq1CtWQJWrVyau7uTlEABsBOAAQiZCJyEbIX3OauYs97ecrV7uvLftWu5PbyUCnUoFOUCnKKcoFOD2vAMMIDYDcBAAgQAUu+rWTXN4a5vva4va3Tiua+ye0CnKBTiBScoJyg1JSmAnAbIIGlAbATgKCBQ1q0Z2a3rnr5ne12vLnDK3eiSKKRTzZUgkgEwEhNxAAwMCbgjZuN1S2a9zVvlXF61d3Xvd9qlClClClClCq8NyEgBINyEbCBE5CJgYu9nt1nt677t5S0vc6I5Wc3eKFKFKFKFVClWYNkAInIRMDnAGZkACEFPGVqO5kResqoyszR7iH9Xt29mdusmwaKQLWTfe4mdfd3KJuFq77eo013VuKgqScysXdO20Jd4Fl3kkm3eajqsKmll5m92Vx7JW8kEdTRZKfXb3eJMc3d7NruUt9OwvMeOOSSSSSKSYs59vbk680nrs92E9d8xHIHUiBMkBmZgM3scckDjUkkclJ5mXlEzesHPt+foH968dAoh/cqIh0CiHmH+LuSKcKEg1mn03gA==',
  ],
  [
    'xz',
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQATgARjb3MKc3lzdGVtCowCaWSFUi4Ae8XVkY1AObwAASwU+AptAx+2830BAAAAAARZWg==',
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4BFbA4ldADkby1AgoC9cV/qrNPW/EWek8lTgz6kGC3JPDNXWNxjOckXFNmwV+7fWnkmEzkMuMJ3ATX9M2EzNfY0qSLG92biamgi3sCjHKuMbAWqzIi0VEbbB1s2g+h7V35htvMnblm85pTRcfD/DlqFXKnf2tJ9AEPROdZohElrNEhDuozHJc9JKvVfEYafzGcCVoAPQ538mSQStadFHwPLKbPP48IX4jF9cJocxAshQnelh/seea32Em7PWI1IzG7fJg3EiAr9hwY0SFrVcLOxAVyPt/7lE01jVLGhRfoucJ7yK+YPJVjmeYot7RC0dIvDI79kVEEo8S6J54LMfK+YOD+zq9JKdQoZlt41sEUHdGezMAwrhozom9KPeRVR6w9bfPUCB2JuUZTeK9cGPWyrg8Bx3RyiE9sweyVMuxNoTWnlXq7TqQ5mBB2aOgJGcxnZf7+84CqShizFFGJSwojYcB7oXXhso8N/noJfl9mUA5an7+X0HDrYzWCJLymAfuf+tWwPulc9nVKC2ttDzBg3Ngdqg0WUnf4Sx8wJEefd5tzxa2O55TA7H2gXPjq7KE2YF26KgYPK4g5cbzyB5iEepSPSzCcoU9mlyMtXLt90ZgkOf5GHl+2VguD+kDVTjQg+zu7Sui5LMC3y8lr73fMv3jrL2MJcTDm4TBWH4Hzq4C5lIL5m9SdrpM3rBEdLOuyx9Dwk+OGaPwr4OjEKhUSUCnmSU98nbIpvwx/pErJcXSE1uM/DxdmqrfhG1vahBMqyckuUCOaZKIK1YT5LVXJK9GQ9KuCsL2Ruk71np/Wzk97LkmVl9RBl3HFKgH6cGe0Rnm6HgMnRk9/gaNEXx21xOEzUwfUiBf3pgf69zfAVx7aARykSXW5RecEsRYnqlbOxX6SjqHL7QmMA2gM7KIiDEYXmLwnMefR5QvQR4rkE8rj/PzF3xfzvxeH7f17T1/iI2f3N/sjJva5emYIYeJNZ2K9FgQAOmGoBwDc+3sv5pxeiQrWRR1M7+KkSviXYAsQHeiedCtsQpwd3PJy5cwiCKghPJPMI/cXWL5pFCDa9L9iUh8whOX/H1EY3oUsjVXKSwYRrB0FDLmeZR1/YU2hRabf2ckUO9uLxyT/g7g0Fwpai1+QuEwG4Zc+uTc3h66h9t3T7gqtBzaX278GXbMboVOi97lyAzZaMqTW+qsMfZNN0QCukCLnVuwLyFG3hYAAAAAOyUk78Me08SAAGlB9wiAAA/HO9vscRn+wIAAAAABFla',
  ],
  [
    'lzma',
    'XQAAgAD//////////wBAAQgDvDC9NN4vXibQagTwMrwGnfg0+MUF//+YegAA',
    'XQAAgAD//////////wA5G8tQIKAvXFf6qzT1vxFnpPJU4M+pBgtyTwzV1jcYznJFxTZsFfu31p5JhM5DLjCdwE1/TNhMzX2NKkixvdm4mpoIt7AoxyrjGwFqsyItFRG2wdbNoPoe1d+YbbzJ25ZvOaU0XHw/w5ahVyp39rSfQBD0TnWaIRJazRIQ7qMxyXPSSr1XxGGn8xnAlaAD0Od/JkkErWnRR8Dyymzz+PCF+IxfXCaHMQLIUJ3pYf7Hnmt9hJuz1iNSMxu3yYNxIgK/YcGNEha1XCzsQFcj7f+5RNNY1SxoUX6LnCe8ivmDyVY5nmKLe0QtHSLwyO/ZFRBKPEuieeCzHyvmDg/s6vSSnUKGZbeNbBFB3RnszAMK4aM6JvSj3kVUesPW3z1AgdiblGU3ivXBj1sq4PAcd0cohPbMHslTLsTaE1p5V6u06kOZgQdmjoCRnMZ2X+/vOAqkoYsxRRiUsKI2HAe6F14bKPDf56CX5fZlAOWp+/l9Bw62M1giS8pgH7n/rVsD7pXPZ1SgtrbQ8wYNzYHaoNFlJ3+EsfMCRHn3ebc8WtjueUwOx9oFz46uyhNmBduioGDyuIOXG88geYhHqUj0swnKFPZpcjLVy7fdGYJDn+Rh5ftlYLg/pA1U40IPs7u0rouSzAt8vJa+93zL946y9jCXEw5uEwVh+B86uAuZSC+ZvUna6TN6wRHSzrssfQ8JPjhmj8K+DoxCoVElAp5klPfJ2yKb8Mf6RKyXF0hNbjPw8XZqq34Rtb2oQTKsnJLlAjmmSiCtWE+S1VySvRkPSrgrC9kbpO9Z6f1s5Pey5JlZfUQZdxxSoB+nBntEZ5uh4DJ0ZPf4GjRF8dtcThM1MH1IgX96YH+vc3wFce2gEcpEl1uUXnBLEWJ6pWzsV+ko6hy+0JjANoDOyiIgxGF5i8JzHn0eUL0EeK5BPK4/z8xd8X878Xh+39e09f4iNn9zf7Iyb2uXpmCGHiTWdivRYEADphqAcA3Pt7L+acXokK1kUdTO/ipEr4l2ALEB3onnQrbEKcHdzycuXMIgioITyTzCP3F1i+aRQg2vS/YlIfMITl/x9RGN6FLI1VyksGEawdBQy5nmUdf2FNoUWm39nJFDvbi8ck/4O4NBcKWotfkLhMBuGXPrk3N4euofbd0+4KrQc2l9u/Bl2zG6FTove5cgM2WjKk1vqrDH2TTdEArpAi51bsC8h0rTif//UeX0AA==',
  ],
  [
    'lz4',
    'BCJNGGxAFAAAAAAAAABNFAAAgIAEY29zCnN5c3RlbQqMAmlkhVIuAAAAAJlDHwI=',
    'BCJNGGxAXBEAAAAAAADQugcAAJByb3cgMDogMAoJAEExOiAxCQBBMjogNAkAQTM6IDkJAFE0OiAxNgoAUTU6IDI1CgBCNjogMxQAQjc6IDQoAEI4OiA2OwBCOTogOE4AUTEwOiAzMgBSMTE6IDIfABAxZAASNxYAUjM6IDcyCwAzNDogCgBDNTogM0AAQzY6IDYWAEI3OiA5fgBTMTg6IDNXAEI5OiA3wwBSMjA6IDEsAFIyMTogNSEAUjIyOiA5qwBSMjM6IDSDAFIyNDogOWMAUzI1OiA0LABDNjogOSEAQzc6IDVYAEE4OiA4owBSMjk6IDaDAFIzMDogMsQAUjMxOiA4IQBSMzI6IDVBAFIzMzogMo4AUjM0OiA4JAFSMzU6IDZ4ABAzRAEDTQBDNzogMRYAAG0AAq8AEDNuAAILAFI0MDogNGMAUjQxOiAzWABTNDI6IDEWADMzOiArAADaAALPAFI0NTogOGIAUjQ2OiA3gwBTNDc6IDcWAEM4OiA3LAAASAECCwAlNTAhACU1MTcAJTUyTQAQNRsCAywAFDR4ACU1NY0AEDXaAAKjABA1HwICowAQNSACAqQAEDUhAgILABA2tQEC+wAQNtoAApkAJTYyJwElNjM9ARA2IgICWAAlNjVpASU2Nn8BJTY3lQEQNm4AA00AAG4AAcABJTcw1QElNzHrARA3jwICzwAQN9oAAo4AJTc0LQIlNzVDAiU3NlkCEDe1AQKOABA3SAECLQIlNzmbAiU4MLECJTgxxwIlODLdAhA4IwIBmQAlODQHAxA4jwICWQIlODYzAyQ4N0gDEDghAgKjABA4IQICbgIQOSECAuABEDlHAQJdASU5MrEDJTkzxgMQOSICAXcAEDlsAAIKABQ2AAQkOTcTBCU5OBQAFDkVBCAxMNUAATMAIDEwNAQCaQAmMTBqADUxMDMdBCAxMEYBApgAIDEw/AICrwAgMTC1AQLGACUxMNwANTEwOPIAIDEwdQACCQEQMUcEBCcEAUkEAoIAAEkEBCkEEDECAwKPASAxMeIAAv0BETFNBALeASAxMQYDAqgBJjExvwEQMVAEAy8ENTExOe0BEDFSBAMxBBAxUwQDMgQQMVQEIjQzhAAAVQQDNAQQMVYEAzUEEDFXBAL5AiAxMsUEA48AFjKjAiAxMssBBCQAFTnRAhExXAQDywABXQQDQQEAXgQDPQQQMV8EEzNUAABgBAM/BBAxYQQTOJUBAGIEFDYMAAaJAyAxMz8FBGAAFTm3AxAxZgQDLwAAZgQTOeIAAGcEA0cEIDE0sAUDjwAQNLUCA4MAAGsEA0oEETFsBAQ8AAZtBCAxNCYDBDwAAJQDAzwAAHAEBGwAAHEEA4MAAHEEA94EEDFyBAP1BCAxNVMCAzYBAHUEBOIAAHYEBPoAAHcEBBIBAHgEBCoBAHkEBEIBAHoEA5YFEDF7BAOtBRAxfAQDxAURMX0EA2wAAX4EA5ACAH8EAwkGETGABAIMAhY2NQYQMYEEBBgCEDbLAgMSAQCEBARIAgCFBARgAgCGBAOoBhAxhwQEkAIAiAQD1gYQMYkEA+0GEDGKBAQEBwCLBAQbBwCMBAUyBwCNBANmAwCOBAP0AQCOBAROAwCPBBM01gABkAQDoQMAkgQDsgAAkgQEzwcAkwQD5QcQMZQEA/sHEDGWBAMRCBAxlwQDJwgQMZgEAz0IEDGZBAP/AQCZBANpAAGZBAI/AQCZBAOeAwCaBAO5ACY5NiwAAAMIAywAAJ0EAyoCFjlxABAyoAQDiQAQMqEEA6EAEDKhBAO5ACAyMFMGAl4AEDKhBALoABAyoAQDoggQMqAEAxcBEDKgBAMvAREyoQQBggAQMqAEA30EEDKgBAN1ARAyoAQDjQERMqEEA18AAKEEA70BEDKhBAPVARAyoQQD7QEQMqEEAwUCEDKhBAMdAhAyoQQDNQIQMqEEA30EEDKhBANlAhAyoQQDfQQQMqEEArcCEDKgBAOrAhAyoAQDtQgRMqAEBCQAANYGApABETKhBAIpAhEyoQQCswERMvwIAzUBAKEEA1MDEDKhBANrAxAyoQQDgwMQMqEEA5sDEDKhBAO/CBAyoQQDywMQMqEEA+MDNDIzN/oDEDKgBAMRBBAyBQkDfQQQMqAEA8UIEDKhBAPGCBAyoQQDfQQRMqEEA3IBB6EEETKhBAPLAAChBAVUAABTAgQwAAA0CALdARY0FwUQMqAEBLIAAKAEBMoAAKEEBOIAAKEEBPoAAKEEBBIBAKEEBCoBAKEEA30EEDKhBAN9BBAyoQQDfQQQMqEEA30EETKhBAOiAQGhBAKnAxAyoQQE0gEBoQQCswAAoAQEAAIAoAQEGAIAoAQEMAIAoQQESAIAoQQEYAIAoQQEeAIAoQQEkAIAoQQEqAIAoQQEwAIAoQQDfQQQMqEEBPACAKEEBAgDEDcGCgMxAhA39gYCpwAQNwYGA2ACEDcYBQPWAAGgBAOEAgChBAOUAQCgBAN9BBAyoAQExAMAoAQE3AMAoQQE9AMAoQQDfQQQMqEEA30EEDKhBAP/AQCgBANpAAGfBAKYAACeBAJ9BBAyngQDuQAAngQELAAAVQgDLAAA7AoCfQQQMp8EBHEAADwJBIkAAD4JBKEAAKEETzY0CmEBAP///9VQYWFlbmQAAAAARxS3Uw==',
  ],
];

const TEXT = `${Array.from({ length: 300 }, (_, row) => `row ${row}: ${(row * row) % 97}\n`).join('')}${'a'.repeat(1000)}end`;

const DECODERS: Record<string, (cursor: Cursor) => Generator<Buffer>> = {
  bz2: decodeBzip2,
  xz: decodeXz,
  lzma: decodeLzmaAlone,
  lz4: decodeLz4,
};

const unpack = (codec: string, packed: Buffer): { content: Buffer; used: number } => {
  const cursor = new Cursor(new MemorySource(packed));
  const content = Buffer.concat([...DECODERS[codec]!(cursor)]);
  return { content, used: cursor.position };
};

describe.each(PACKED)('%s', (codec, evil, text) => {
  const packed = Buffer.from(text, 'base64');

  test('gives what Python packed, and says where it ends', () => {
    const { content, used } = unpack(codec, Buffer.concat([packed, Buffer.from('behind')]));
    expect(content.toString()).toBe(TEXT);
    expect(used).toBe(packed.length);
  });

  test('a payload in it is found', async () => {
    expect(rulesOf(await inspectBytes(Buffer.from(evil, 'base64'), `model.pkl.${codec}`))).toContain('MV102');
  });

  test('what follows it is a finding', async () => {
    const file = Buffer.concat([packed, Buffer.from('hidden')]);
    expect(rulesOf(await inspectBytes(file, 'm'))).toContain('MV207');
  });

  test('cut, it is refused', async () => {
    for (const length of [20, 40, packed.length - 1])
      expect(rulesOf(await inspectBytes(packed.subarray(0, length), 'm'))).toContain('MV206');
  });

  test('whatever is changed in it, it ends in a known way', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Buffer.from(packed);
        for (const [at, value] of changed.length > 0 ? changes : []) changed[at % changed.length] = value;
        const cursor = new Cursor(new MemorySource(changed));
        let size = 0;
        try {
          for (const chunk of DECODERS[codec]!(cursor)) if ((size += chunk.length) > 1 << 24) return;
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('streams one after the other', () => {
  test.each(['bz2', 'xz', 'lz4'])('%s: Python takes them for one, and so does the review', (codec) => {
    const packed = Buffer.from(PACKED.find(([name]) => name === codec)![2], 'base64');
    expect(unpack(codec, Buffer.concat([packed, packed])).content.toString()).toBe(TEXT + TEXT);
  });
});

test('stored data', () => {
  const content = Buffer.from('stored as it is');
  expect(unpack('xz', storedXz(content)).content).toEqual(content);
  expect(unpack('lz4', storedLz4(content)).content).toEqual(content);
});

test('a bomb is stopped', async () => {
  const zeros = Buffer.from(PACKED[0]![2], 'base64');
  const inspection = await inspectBytes(zeros, 'm.bz2', { limits: { unpackedBytes: 1000 } });
  expect(rulesOf(inspection)).toContain('MV205');
});
