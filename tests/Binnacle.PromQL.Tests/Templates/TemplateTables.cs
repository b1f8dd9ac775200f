namespace Binnacle.PromQL.Tests.Templates;

/// <summary>Templates of every construct, with what Prometheus says of them when it loads a rule.</summary>
internal static class TemplateTables
{
    /// <summary>Loaded by every Prometheus since 2.42.</summary>
    public static readonly string[] Accepted =
    [
        "",
        "plain text with } and { alone, }} too",
        "{{ $labels.instance }} is down for {{ $value | humanizeDuration }}",
        "{{ if eq $labels.a \"}}\" }}x{{ end }}",
        "{{ `raw \" {{ ` }}",
        "{{- $x := '}' -}}",
        "{{/* a comment with \" and {{ */}}",
        "{{- /* trimmed */ -}}",
        "a {{- 3 -}} b",
        "{{-3}}",
        "{{ -3 -}}",
        "{{\"x\" -}}",
        "{{\n  $labels.a\n}}",
        "{{ 1 }}}",
        "{ { }}",
        "{{ 1 | }}",
        "{{ print | }}",
        "{{ 1 | println | }}",
        "{{ 1_000 }}",
        "{{ 1_000.5_0e1_0 }}",
        "{{ 0x1p4 }}",
        "{{ 0x_1 }}",
        "{{ 0x_1p4 }}",
        "{{ 08.5 }}",
        "{{ 0o17 }}",
        "{{ 0777 }}",
        "{{ 0_7 }}",
        "{{ 0b101 }}",
        "{{ 1e-999 }}",
        "{{ 18446744073709551615 }}",
        "{{ -9223372036854775808 }}",
        "{{ 99999999999999999999.0 }}",
        "{{ 1+2i }}",
        "{{ 1e+3+2e-1i }}",
        "{{ 1i }}",
        "{{ 1.5i }}",
        "{{ -0 }}",
        "{{ +1 }}",
        "{{ .5 }}",
        "{{ 5. }}",
        "{{ 1 .x }}",
        "{{ 0x1.8p1 }}",
        "{{ 'a' }}",
        "{{ '\\'' }}",
        "{{ '\\x41' }}",
        "{{ '\\u00e9' }}",
        "{{ \"\\u00e9\\n\\\"\" }}",
        "{{ true }}{{ false }}",
        "{{ nil }}",
        "{{ nil | print }}",
        "{{ . }}{{ $ }}{{ .Labels }}{{ .a.b.c }}{{ .a .b }}{{ . .b }}",
        "{{ (print 1).b }}",
        "{{ print.b }}",
        "{{ ($labels).x }}",
        "{{ (1) (2) }}",
        "{{ .éé }}{{ .a٣ }}",
        "{{ $x := 1 }}{{ $x }}{{ $x = 2 }}",
        "{{ $x = 1 }}",
        "{{ $x := $x }}",
        "{{ $a:= 1 }}{{ $b :=1 }}",
        "{{ $ := 1 }}",
        "{{ if $a := 1 }}{{ $a }}{{ else }}{{ $a }}{{ end }}",
        "{{ if true }}{{ $q := 1 }}{{ else }}{{ $q }}{{ end }}",
        "{{ print ($a := 1) $a }}",
        "{{ if true }}a{{ else if false }}b{{ else if 1 }}c{{ else }}d{{ end }}",
        "{{ range .x }}{{ break }}{{ end }}{{ range .y }}{{ continue }}{{ else }}z{{ end }}",
        "{{ range $v := .x }}{{ $v }}{{ end }}{{ range $i, $v := .x }}{{ $i }}{{ $v }}{{ end }}",
        "{{ $i := 1 }}{{ $v := 1 }}{{ range $i, $v = .x }}{{ end }}",
        "{{ range $i, $labels }}{{ end }}",
        "{{ with $x := .a }}{{ $x }}{{ else }}none{{ end }}",
        "{{ define \"x\" }}{{ $.Labels.x }}{{ end }}{{ template \"x\" . }}",
        "{{ define \"x\" }}a{{ end }}{{ define \"x\" }} {{ end }}",
        "{{ define `x` }}{{ end }}",
        "{{ template \"nope\" }}{{ template \"nope\" . }}{{ template \"x\" $a := 1 }}",
        "{{ block \"b\" . }}a{{ end }}{{ block \"c\" $a := . }}{{ end }}",
        "{{ len }}{{ eq }}{{ print }}",
        "{{ printf \"%d\" 1 2 | println }}",
        "{{ $value|humanize }}",
        "{{ range query \"up\" }}{{ .Labels.instance }}{{ .Value }}{{ end }}",
        "{{ with printf \"up{job='%s'}\" $labels.job | query }}{{ . | first | value | humanize }}{{ end }}",
        "{{ query \"up\" | sortByLabel \"a\" | first | label \"a\" }}{{ query \"up\" | first | strvalue }}",
        "{{ args 1 2 }}{{ reReplaceAll \"a\" \"b\" \"c\" }}{{ safeHtml \"a\" }}{{ match \"a\" \"b\" }}",
        "{{ title \"a\" }}{{ toUpper \"a\" }}{{ toLower \"a\" }}{{ graphLink \"up\" }}{{ tableLink \"up\" }}",
        "{{ stripPort \"a:1\" }}{{ stripDomain \"a.b\" }}{{ humanize 1 }}{{ humanize1024 1 }}{{ humanizeDuration 1 }}",
        "{{ humanizePercentage 1 }}{{ humanizeTimestamp 1 }}{{ toTime 1 }}{{ pathPrefix }}{{ externalURL }}",
        "{{ parseDuration \"1h\" }}{{ $externalURL }}{{ $externalLabels.a }}",
        "{{ and 1 2 }}{{ or 1 2 }}{{ not 1 }}{{ index $labels \"a\" }}{{ slice \"abc\" 1 }}{{ html 1 }}{{ js 1 }}",
        "{{ urlquery 1 }}{{ call 1 }}{{ ne 1 2 }}{{ lt 1 2 }}{{ le 1 2 }}{{ gt 1 2 }}{{ ge 1 2 }}",
    ];

    /// <summary>Refused at load, with the place and words of the first error.</summary>
    public static readonly (string Template, string Error)[] Refused =
    [
        ("{{ $value", "1:1: \"{{\" is never closed, expected \"}}\""),
        ("a\n{{ $value }", "2:11: unexpected \"}\", expected an argument, \"|\" or \"}}\""),
        ("{{ $a {{ $b }}", "1:4: the variable \"$a\" is not declared here"),
        ("{{ printf \"%d }}", "1:11: unterminated string in an action, expected a closing \""),
        ("{{/* x }}", "1:1: the comment is never closed, expected \"*/}}\""),
        ("{{/* x */ y }}", "1:8: a comment must be all that its action holds, expected \"*/}}\" or \"*/ -}}\""),
        ("{{ /* c */ }}", "1:4: a comment must follow \"{{\" or \"{{- \" at once, expected {{/* comment */}}"),
        ("{{-/* c */-}}", "1:3: \"-\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ `a }}", "1:4: unterminated string in an action, expected a closing `"),
        ("{{ 'a }}", "1:4: unterminated string in an action, expected a closing '"),
        ("{{ \"a\nb\" }}", "1:4: unterminated string in an action, expected a closing \""),
        (
            "{{ \"\\q\" }}",
            "1:5: unknown escape sequence \"\\q\", expected an escape of Go, or backquotes around the text"
        ),
        (
            "{{ \"\\'\" }}",
            "1:5: unknown escape sequence \"\\'\", expected an escape of Go, or backquotes around the text"
        ),
        (
            "{{ \"\\400\" }}",
            "1:5: escape sequence is no Unicode code point, expected an escape of Go, or backquotes around the text"
        ),
        (
            "{{ \"\\ud800\" }}",
            "1:5: escape sequence is no Unicode code point, expected an escape of Go, or backquotes around the text"
        ),
        ("{{ '' }}", "1:4: an empty character constant, expected one character, or double quotes around a text"),
        (
            "{{ 'ab' }}",
            "1:4: 'ab' holds more than one character, expected one character, or double quotes around a text"
        ),
        (
            "{{ '\\\"' }}",
            "1:4: unknown escape sequence \"\\\"\", expected one character, or double quotes around a text"
        ),
        ("{{ 1__0 }}", "1:4: \"1__0\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 1_ }}", "1:4: \"1_\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        (
            "{{ 089 }}",
            "1:4: \"089\" is no octal number, which its leading 0 makes it, expected a number as in Go, such as 5, 0.5 or 0x1F"
        ),
        ("{{ 0b12 }}", "1:4: \"0b12\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 1e999 }}", "1:4: \"1e999\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        (
            "{{ 99999999999999999999 }}",
            "1:4: the whole number \"99999999999999999999\" is too large, expected a number as in Go, such as 5, 0.5 or 0x1F"
        ),
        ("{{ 1i+2i }}", "1:4: \"1i+2i\" is no complex number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 0x1i }}", "1:4: \"0x1i\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 1+0x2i }}", "1:4: \"1+0x2i\" is no complex number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ - }}", "1:4: \"-\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 0x }}", "1:4: \"0x\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 0x1.8 }}", "1:4: \"0x1.8\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{3-}}", "1:3: \"3-\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{ 1.x }}", "1:4: \"1.x\" is no number, expected a number as in Go, such as 5, 0.5 or 0x1F"),
        ("{{}}", "1:3: the action has no value"),
        ("{{ $a := }}", "1:10: the action has no value"),
        ("{{ () }}", "1:5: \"()\" has no value"),
        ("{{ (1 }}", "1:7: a \"(\" of this action is never closed, expected \")\" before \"}}\""),
        ("{{ 1) }}", "1:5: \")\" without \"(\" before it"),
        ("{{ (1)(2) }}", "1:7: unexpected \"(\", expected a space between arguments"),
        ("{{ \"a\"\"b\" }}", "1:7: unexpected \"b\", expected a space between arguments"),
        ("{{ & }}", "1:4: unexpected \"&\", expected a value, a field, a variable or a function"),
        ("{{ 1 & }}", "1:6: unexpected \"&\", expected an argument, \"|\" or \"}}\""),
        ("{{ | print }}", "1:4: unexpected \"|\", expected a value, a field, a variable or a function"),
        ("{{ print || print }}", "1:11: unexpected \"|\", expected a value, a field, a variable or a function"),
        ("{{ 1 | 2 }}", "1:8: a value behind \"|\" takes nothing from the pipe, expected a function"),
        ("{{ .a | \"x\" }}", "1:9: a value behind \"|\" takes nothing from the pipe, expected a function"),
        ("{{ . = 1 }}", "1:6: unexpected \"=\", expected an argument, \"|\" or \"}}\""),
        ("{{ $.x := 1 }}", "1:8: unexpected \":=\", expected an argument, \"|\" or \"}}\""),
        ("{{ $x }}", "1:4: the variable \"$x\" is not declared here"),
        ("{{ $lables.instance }}", "1:4: the variable \"$lables\" is not declared here, expected \"$labels\""),
        ("{{ if true }}{{ $q := 1 }}{{ end }}{{ $q }}", "1:39: the variable \"$q\" is not declared here"),
        ("{{ with $x := 1 }}{{ end }}{{ $x }}", "1:31: the variable \"$x\" is not declared here"),
        ("{{ $a: = 1 }}", "1:4: the variable \"$a\" is not declared here"),
        ("{{ $a, $b := 1 }}", "1:6: only {{ range }} sets several variables"),
        ("{{ range $a, $b, $c := .x }}{{ end }}", "1:16: {{ range }} sets two variables at most"),
        ("{{ range $a, 3 }}{{ end }}", "1:14: unexpected \"3\", expected a second variable"),
        ("{{ range $i, }}{{ end }}", "1:14: {{ range }} has no value"),
        ("{{ nope }}", "1:4: there is no function \"nope\""),
        (
            "{{ humanizePercent $value }}",
            "1:4: there is no function \"humanizePercent\", expected \"humanizePercentage\""
        ),
        (
            "{{ tmpl \"x\" . }}",
            "1:4: the function \"tmpl\" exists in consoles only, expected {{ template \"name\" . }}"
        ),
        ("{{ now }}", "1:4: Prometheus 3.5 has no function \"now\", expected Prometheus 3.6 or later"),
        (
            "{{ urlQueryEscape \"a\" }}",
            "1:4: Prometheus 3.5 has no function \"urlQueryEscape\", expected Prometheus 3.8 or later"
        ),
        ("{{ labels.instance }}", "1:4: there is no function \"labels\", expected \"$labels\""),
        ("{{ \"a\".b }}", "1:7: \".b\" behind a value that has no fields, expected a space before it, or a variable"),
        ("{{ nil.b }}", "1:7: \".b\" behind a value that has no fields, expected a space before it, or a variable"),
        ("{{ ..a }}", "1:5: \".a\" behind a value that has no fields, expected a space before it, or a variable"),
        ("{{ .$x }}", "1:5: unexpected \"$\" behind \".\", expected a name"),
        (
            "{{ $labels.foo-bar }}",
            "1:4: \"foo-bar\" cannot stand behind a dot, since \"-\" ends a name, expected index $labels \"foo-bar\""
        ),
        (
            "{{ .Labels.kubernetes.io/name }}",
            "1:4: \"kubernetes.io/name\" cannot stand behind a dot, since \"/\" ends a name, expected index .Labels \"kubernetes.io/name\""
        ),
        ("{{ $labels[\"foo\"] }}", "1:4: a map takes no \"[\", expected index $labels \"foo\""),
        ("{{ $labels.\"foo\" }}", "1:12: unexpected '\"' behind \".\", expected a name"),
        ("{{ $labels.1 }}", "1:11: unexpected \".1\", expected a space between arguments"),
        (
            "{{ .a! }}",
            "1:6: unexpected \"!\" in the field \".a\", expected letters, digits and _, or a space behind it"
        ),
        (
            "{{ a\u00a0b }}",
            "1:5: unexpected U+00A0 in the name \"a\", expected letters, digits and _, or a space behind it"
        ),
        ("{{ end }}", "1:1: {{ end }} has no {{ if }}, {{ range }} or {{ with }} before it"),
        ("{{ else }}", "1:1: {{ else }} has no {{ if }}, {{ range }} or {{ with }} before it"),
        ("{{ if }}{{ end }}", "1:7: {{ if }} has no value"),
        ("{{ if true }}", "1:1: {{ if }} is never closed, expected {{ end }}"),
        ("{{ range .x }}{{ if true }}{{ end }}", "1:1: {{ range }} is never closed, expected {{ end }}"),
        (
            "{{ with 1 }}{{ else if 2 }}{{ end }}",
            "1:13: {{ else if }} in a block of {{ with }}, expected {{ else }}{{ if … }} … {{ end }}"
        ),
        (
            "{{ if 1 }}{{ else with 2 }}{{ end }}",
            "1:11: {{ else with }} in a block of {{ if }}, expected {{ else }}{{ with … }} … {{ end }}"
        ),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "1:21: a second {{ else }} in one block, expected {{ end }}"),
        ("{{ break }}", "1:4: {{ break }} outside of {{ range }}"),
        ("{{ range .x }}{{ else }}{{ continue }}{{ end }}", "1:28: {{ continue }} outside of {{ range }}"),
        ("{{ range .x }}{{ block \"b\" . }}{{ break }}{{ end }}{{ end }}", "1:35: {{ break }} outside of {{ range }}"),
        ("{{ break 1 }}", "1:10: unexpected \"1\", expected \"}}\" behind \"break\""),
        ("{{ end 1 }}", "1:1: {{ end }} has no {{ if }}, {{ range }} or {{ with }} before it"),
        (
            "{{ define \"x\" }}{{ $labels.x }}{{ end }}",
            "1:20: \"$labels\" is not known inside of another template, expected \"$.Labels\" there, with \".\" handed over by {{ template }}"
        ),
        (
            "{{ if true }}{{ define \"x\" }}{{ end }}{{ end }}",
            "1:14: {{ define }} inside of another block, expected it outside of all blocks"
        ),
        (
            "{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}",
            "1:37: the template \"x\" is defined twice, expected another name"
        ),
        ("{{ define a }}{{ end }}", "1:11: unexpected \"a\", expected the template's name in quotes"),
        ("{{ define \"a\" \"b\" }}{{ end }}", "1:15: unexpected \"b\", expected \"}}\" behind \"define\""),
        (
            "{{ define \"a\" }}{{ else }}{{ end }}",
            "1:17: {{ else }} has no {{ if }}, {{ range }} or {{ with }} before it in this define"
        ),
        ("{{ define \"a\" }}", "1:1: {{ define }} is never closed, expected {{ end }}"),
        ("{{ block \"x\" }}{{ end }}", "1:14: {{ block }} has no value"),
        ("{{ template nope }}", "1:13: unexpected \"nope\", expected the template's name in quotes"),
        ("{{ template }}", "1:13: unexpected \"}}\", expected the template's name in quotes"),
    ];
}
