// Prints nothing: what the tests came to is read from jest's file.
module.exports = class {};
