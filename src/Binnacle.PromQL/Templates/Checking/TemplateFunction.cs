namespace Binnacle.PromQL.Templates.Checking;

/// <summary>What a parameter of a template function takes.</summary>
internal enum TemplateParameter
{
    Anything,
    Number,
    Text,
    Pattern,
    Texts,
    Samples,
    Sample,
    Time,
}

/// <summary>A function of templates; a variadic one repeats its last parameter any number of times, none included.</summary>
internal sealed record TemplateFunction(
    string Name,
    IReadOnlyList<TemplateParameter> Parameters,
    bool Variadic,
    GoType Returns,
    Version? Since
)
{
    /// <summary>The fewest arguments.</summary>
    public int Minimum => Variadic ? Parameters.Count - 1 : Parameters.Count;

    public TemplateParameter At(int index) => Parameters[Math.Min(index, Parameters.Count - 1)];

    /// <summary>
    /// Reads rows of <c>name parameters result [version]</c>: n number, s text, r pattern, l list of texts, q samples of a
    /// query, p one sample, t time, a anything, - none; a star repeats the last one.
    /// </summary>
    public static IEnumerable<TemplateFunction> Table(string rows) =>
        rows.Split(';', StringSplitOptions.TrimEntries).Select(Read);

    private static TemplateFunction Read(string row)
    {
        var columns = row.Split(' ');
        return new TemplateFunction(
            columns[0],
            [.. columns[1].Where(char.IsAsciiLetter).Select(Parameter)],
            columns[1].EndsWith('*'),
            GoTypes.Named(columns[2]),
            columns.Length > 3 ? Version.Parse(columns[3]) : null
        );
    }

    private static TemplateParameter Parameter(char letter) =>
        letter switch
        {
            'n' => TemplateParameter.Number,
            's' => TemplateParameter.Text,
            'r' => TemplateParameter.Pattern,
            'l' => TemplateParameter.Texts,
            'q' => TemplateParameter.Samples,
            'p' => TemplateParameter.Sample,
            't' => TemplateParameter.Time,
            _ => TemplateParameter.Anything,
        };
}
