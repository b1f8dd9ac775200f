namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>A parsed template: its parts, and the templates that it defines for itself.</summary>
internal sealed record TemplateTree(List<TemplateNode> Root, IReadOnlyDictionary<string, List<TemplateNode>> Defined);
