// The forms of this theme need no script.
export {};
