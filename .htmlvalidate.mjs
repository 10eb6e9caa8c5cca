// Rules for every page that a build makes: `html-validate --ext html dist`, part of `cargo xtask
// test`.
export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    // Names of policies are long in Kazakh and Russian; search engines cut them, readers should not
    // have to do without.
    "long-title": "off",
    // Telephone numbers stand as the operator writes them.
    "tel-non-breaking": "off",
    // Each service of the register has a box of that name.
    "form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }],
    // A site that uses essential cookies only has a form of choices with nothing to send.
    "wcag/h32": "off",
  },
};
