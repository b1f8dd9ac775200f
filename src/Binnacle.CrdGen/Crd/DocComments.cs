using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Binnacle.CrdGen.Crd;

/// <summary>The summaries of an assembly's doc comments, as plain text.</summary>
internal sealed class DocComments
{
    private readonly Dictionary<string, string> summaries;

    private DocComments(Dictionary<string, string> summaries) => this.summaries = summaries;

    /// <summary>Reads the XML file that the compiler wrote beside the assembly.</summary>
    /// <exception cref="FileNotFoundException">The assembly was built without GenerateDocumentationFile.</exception>
    public static DocComments Of(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        var found = new Dictionary<string, string>();
        foreach (var member in XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
        {
            if (member.Attribute("name")?.Value is { } name && member.Element("summary") is { } summary)
            {
                found[name] = PlainText(summary);
            }
        }
        return new DocComments(found);
    }

    /// <summary>The summary of a type.</summary>
    /// <exception cref="InvalidOperationException">It has none: a field of the API without a description is a fault.</exception>
    public string Of(Type type) => Find($"T:{type.FullName}");

    /// <inheritdoc cref="Of(Type)" />
    public string Of(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Find(string id) =>
        summaries.TryGetValue(id, out var text) && text.Length > 0
            ? text
            : throw new InvalidOperationException($"{id} has no <summary>, which becomes its description in the CRD");

    private static string PlainText(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            text.Append(
                node switch
                {
                    XText plain => plain.Value,
                    XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                    XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1],
                    XElement element => element.Value,
                    _ => "",
                }
            );
        }
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
