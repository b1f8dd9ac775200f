using System.Collections.Frozen;
using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Templates.Checking;

namespace Binnacle.PromQL.Templates;

/// <summary>
/// Which program reads a Go template: that decides its functions, its data, and the newer parts of the language it knows.
/// </summary>
public sealed class TemplateDialect
{
    // https://github.com/prometheus/prometheus/blob/main/template/template.go, NewTemplateExpander
    private const string PrometheusFunctions = """
        query s samples; first q sample; label sp text; value p samplevalue; strvalue p text; args a* arguments;
        reReplaceAll rss text; safeHtml s html; match rs bool; title s text; toUpper s text; toLower s text;
        graphLink s text; tableLink s text; sortByLabel sq samples; stripPort s text; stripDomain s text; humanize n text;
        humanize1024 n text; humanizeDuration n text; humanizePercentage n text; humanizeTimestamp n text;
        toTime n time; toDuration n unknown 3.6; now - float 3.6; pathPrefix - text; externalURL - text;
        parseDuration s float; urlQueryEscape s text 3.8
        """;

    // https://github.com/prometheus/alertmanager/blob/main/template/template.go, DefaultFuncs
    private const string AlertmanagerFunctions = """
        toUpper s text; toLower s text; title s text; trimSpace s text 0.26; join sl text; match rs bool; safeHtml s html;
        safeUrl s html 0.30; urlUnescape s text 0.30; reReplaceAll rss text; stringSlice s* texts; date st text 0.28;
        tz st unknown 0.28; since t unknown 0.28; humanizeDuration a text 0.28; toJson a text 0.30; list a* unknown 0.32;
        append aa* unknown 0.32; dict a* unknown 0.32; now - unknown 0.33; routeLabels s text 0.34; toDate ss unknown 0.34;
        mustToDate ss unknown 0.34; base64encode s text 0.34; base64decode s text 0.34
        """;

    // https://pkg.go.dev/text/template#hdr-Functions
    private const string GoFunctions = """
        and aa* unknown; call aa* unknown; html a* text; index aa* unknown; slice aa* unknown; js a* text; len a int;
        not a bool; or aa* unknown; print a* text; printf sa* text; println a* text; urlquery a* text; eq aa* bool;
        ge aa bool; gt aa bool; le aa bool; lt aa bool; ne aa bool
        """;

    private static readonly FrozenDictionary<string, TemplateFunction> ForPrometheus = Index(PrometheusFunctions);
    private static readonly FrozenDictionary<string, TemplateFunction> ForAlertmanager = Index(AlertmanagerFunctions);

    private readonly FrozenDictionary<string, TemplateFunction> _functions;
    private readonly FrozenDictionary<string, TemplateFunction>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly string _program;
    private readonly Version? _version;

    private TemplateDialect(
        string program,
        Version? version,
        FrozenDictionary<string, TemplateFunction> functions,
        GoType data,
        IReadOnlyList<KeyValuePair<string, GoType>> variables
    )
    {
        _program = program;
        _version = version;
        _functions = functions;
        _byName = functions.GetAlternateLookup<ReadOnlySpan<char>>();
        Data = data;
        Variables = variables;
        VariableNames = [.. variables.Select(variable => variable.Key)];
    }

    /// <summary>
    /// The labels and annotations of alerts, with the variables that Prometheus puts before them.
    /// </summary>
    /// <param name="version">Of Prometheus, 2.42 or later; null for the newest.</param>
    public static TemplateDialect Prometheus(Version? version = null) =>
        new(
            "Prometheus",
            version,
            ForPrometheus,
            GoTypes.AlertData,
            [
                new("$labels", GoTypes.AlertLabels),
                new("$externalLabels", GoTypes.ExternalLabels),
                new("$externalURL", GoTypes.Text),
                new("$value", GoTypes.AlertValue),
            ]
        )
        {
            // By the Go release that builds it.
            ElseWith = version is null || version >= new Version(2, 55),
            CountingRange = version is null || version >= new Version(3, 3),
            NegativeDurations = version is null || version >= new Version(3, 6),
            ChecksTemplateNames = true,
            Queries = PromQlOptions.Any with { PrometheusVersion = version },
        };

    /// <summary>The texts of notifications.</summary>
    /// <param name="version">Of Alertmanager, 0.25 or later; null for the newest.</param>
    public static TemplateDialect Alertmanager(Version? version = null) =>
        new("Alertmanager", version, ForAlertmanager, NotificationTypes.Data, [])
        {
            ElseWith = version is null || version >= new Version(0, 28),
            CountingRange = version is null || version >= new Version(0, 29),
            // Its own templates, and those of its files, can be called from anywhere.
            ChecksTemplateNames = false,
        };

    /// <summary>The program and its version: <c>Prometheus 3.5</c>.</summary>
    public override string ToString() => _version is null ? _program : $"{_program} {_version}";

    internal GoType Data { get; }

    /// <summary>Variables that are declared before the template starts.</summary>
    internal IReadOnlyList<KeyValuePair<string, GoType>> Variables { get; }

    internal IReadOnlyList<string> VariableNames { get; }

    /// <summary><c>{{ else with }}</c>, since Go 1.23.</summary>
    internal bool ElseWith { get; private init; }

    /// <summary><c>{{ range 5 }}</c>, since Go 1.24.</summary>
    internal bool CountingRange { get; private init; }

    /// <summary>Whether <c>parseDuration</c> takes <c>-1h</c>.</summary>
    internal bool NegativeDurations { get; private init; }

    internal bool ChecksTemplateNames { get; private init; }

    /// <summary>How the text of a query is read.</summary>
    internal PromQlOptions Queries { get; private init; } = PromQlOptions.Any;

    /// <summary>The function, where this version has it.</summary>
    internal TemplateFunction? Function(ReadOnlySpan<char> name) =>
        _byName.TryGetValue(name, out var function) && Has(function) ? function : null;

    /// <summary>What is wrong with a name that is no function of this version, and what may have been meant.</summary>
    internal (string Message, string Expected, string Fix) UnknownFunction(string name)
    {
        if (_functions.TryGetValue(name, out var later))
        {
            return ($"{this} has no function \"{name}\"", $"{_program} {later.Since} or later", "");
        }

        if (name is "tmpl" && ReferenceEquals(_functions, ForPrometheus))
        {
            return ("the function \"tmpl\" exists in consoles only", "{{ template \"name\" . }}", "template");
        }

        if (Hint(name) is { } hint)
        {
            return ($"there is no function \"{name}\"", $"\"{hint}\"", hint);
        }

        var near = Suggestions.Nearest(name, _functions.Values.Where(Has).Select(function => function.Name));
        return near.Length == 0
            ? ($"there is no function \"{name}\"", "", "")
            : ($"there is no function \"{name}\"", $"\"{near}\"", near);
    }

    /// <summary>A variable without its dollar, or a field without its dot.</summary>
    private string? Hint(string name) =>
        Variables.Any(variable => variable.Key[1..] == name) ? "$" + name
        : Data.Members?.ContainsKey(name) is true ? "." + name
        : null;

    private bool Has(TemplateFunction function) =>
        function.Since is null || _version is null || _version >= function.Since;

    private static FrozenDictionary<string, TemplateFunction> Index(string rows) =>
        TemplateFunction.Table(rows).Concat(TemplateFunction.Table(GoFunctions)).ToFrozenDictionary(f => f.Name);
}
