/**
 * Which texts are values of a kind, as regular expressions that JavaScript, RE2 and PostgreSQL understand alike. Engines are asked to read only
 * texts that match: their own tastes (`0x10`, `1_000`, ` 1.5 `, `24:00`) differ.
 */
export const NUMBER =
  '^([+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])$';
export const INTEGER = '^[+-]?[0-9]+$';
export const BOOLEAN = '^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])$';
/** Without the check that there is such a day. */
export const DATE = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
export const TIME = '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?$';
/** The parts of a point in time: a date, alone or with a time, which may have a zone; without one it is in UTC. */
export const TIMESTAMP =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?([Zz]|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$';
