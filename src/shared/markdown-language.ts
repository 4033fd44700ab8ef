/** What may stand behind a fence as the name of a language; any other word there is a line of the code. */
export const languages: ReadonlySet<string> = new Set(
  `bash c c++ clojure cmake console cpp cs csharp css csv dart diff docker dockerfile elixir erlang go golang
  graphql h haskell hpp html http ini java javascript js json jsonc jsx kotlin kt latex less lisp log lua make
  makefile markdown md nginx nix objc ocaml patch perl php pl plain plaintext powershell prisma properties proto
  ps1 py python r rb rs ruby rust scala scss sh shell sql svelte swift terraform tex text toml ts tsx txt
  typescript vim vue wasm xml yaml yml zig zsh`.split(/\s+/),
);
