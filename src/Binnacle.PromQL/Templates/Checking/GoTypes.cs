namespace Binnacle.PromQL.Templates.Checking;

/// <summary>The types that templates of Prometheus and Alertmanager meet.</summary>
internal static class GoTypes
{
    public static readonly GoType Unknown = new("unknown", GoShape.Unknown);
    public static readonly GoType Nil = new("nil", GoShape.Nil);
    public static readonly GoType Bool = new("bool", GoShape.Bool);
    public static readonly GoType Integer = new("int", GoShape.Integer);
    public static readonly GoType Float = new("float64", GoShape.Float);
    public static readonly GoType Complex = new("complex128", GoShape.Complex);
    public static readonly GoType Text = new("string", GoShape.Text);
    public static readonly GoType Html = new("template.HTML", GoShape.NamedText);
    public static readonly GoType Texts = new("[]string", GoShape.List, element: Text);

    /// <summary>Its methods are not listed: any field of it passes.</summary>
    public static readonly GoType Time = new("a time", GoShape.Struct);

    /// <summary>The value of the alert: a number, or a histogram where the expression gives one.</summary>
    public static readonly GoType AlertValue = new("float64", GoShape.Float);
    public static readonly GoType AlertLabels = LabelMap();
    public static readonly GoType ExternalLabels = LabelMap();
    public static readonly GoType SampleLabels = LabelMap();

    /// <summary>Of a sample that a query found.</summary>
    public static readonly GoType SampleValue = new("float64", GoShape.Float);
    public static readonly GoType Sample = new(
        "*template.sample",
        GoShape.Struct,
        new Dictionary<string, GoType> { ["Labels"] = SampleLabels, ["Value"] = SampleValue }
    );
    public static readonly GoType Samples = new("template.queryResult", GoShape.List, element: Sample);
    public static readonly GoType Arguments = new("map[string]interface {}", GoShape.Map, element: Unknown);
    public static readonly GoType AlertData = new(
        "the data of an alert",
        GoShape.Struct,
        new Dictionary<string, GoType>
        {
            ["Labels"] = AlertLabels,
            ["ExternalLabels"] = ExternalLabels,
            ["ExternalURL"] = Text,
            ["Value"] = AlertValue,
        }
    );

    /// <summary>The types by the letters of <see cref="TemplateFunction.Table"/>'s result column.</summary>
    public static GoType Named(string letters) =>
        letters switch
        {
            "text" => Text,
            "html" => Html,
            "bool" => Bool,
            "int" => Integer,
            "float" => Float,
            "time" => Time,
            "texts" => Texts,
            "sample" => Sample,
            "samples" => Samples,
            "samplevalue" => SampleValue,
            "arguments" => Arguments,
            _ => Unknown,
        };

    private static GoType LabelMap() => new("map[string]string", GoShape.Map, element: Text);
}
