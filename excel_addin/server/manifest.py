"""The add-in's manifest: what Excel reads to know the server, the functions' script and metadata, names and icons.

No ``<Namespace>``: it is optional, and without it the functions bear the same names as in every other host. The ids are
this project's own, made once; Excel knows the add-in by them.
"""

from __future__ import annotations

from importlib.metadata import version
from xml.sax.saxutils import escape, quoteattr

from attrs import frozen

from workload import Text

ID = "85ba1c0f-6c64-47e6-8aa3-43290129c7f7"
NAME = Text("工作量函数", "Workload functions")
DESCRIPTION = Text(
    "按学校规定计算心理指导中心教师的工作量、积分、认定与应发，每个数都有条款。",
    "The yearly workload of a school's counseling teachers by its own regulation, each figure with its article.",
)
PROVIDER = "counseling-workload"
TAB = Text("工作量", "Workload")
GROUP = Text("函数", "Functions")
BUTTON = Text("自检与说明", "Self-check, help")
TIP = Text(
    "打开任务窗格：检查服务是否连通，查看每个函数的说明与例子。",
    "Open the task pane: whether the server answers, and each function with its help and an example.",
)
_ICONS = ((16, "Icon.16"), (32, "Icon.32"), (80, "Icon.80"))
_OFFICE = "http://schemas.microsoft.com/office"  # names of XML namespaces, not places


@frozen
class Entra:
    """The registration with Entra ID (Microsoft 365) whose users may call the functions."""

    tenant: str
    client: str


def addin_version() -> str:
    """The version in the manifest: it rises with the package's, so that Excel fetches the functions anew.

    Office wants four numbers and at least 1.0.
    """
    numbers = [part for part in version("counseling-workload").split(".") if part.isdigit()]
    return ".".join(["1", *numbers, "0", "0", "0"][:4])


def icon_url(base_url: str, size: int) -> str:
    """Where the server has the icon of that size."""
    return f"{base_url}/static/images/icons/workload-{size}.png"


def _named(tag: str, text: Text, indent: str, **attributes: str) -> str:
    """An element with its Chinese value, and its English one for the other locale."""
    shown = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    prefix = tag.partition(":")[0] + ":" if ":" in tag else ""
    return (
        f"{indent}<{tag}{shown} DefaultValue={quoteattr(text.zh)}>\n"
        f'{indent}  <{prefix}Override Locale="en-US" Value={quoteattr(text.en)}/>\n'
        f"{indent}</{tag}>\n"
    )


def manifest(base_url: str, entra: Entra | None = None) -> str:
    """The manifest for a server at ``base_url``, which is put in as it stands.

    >>> "<Namespace" in manifest("https://workload.example.edu")
    False
    """
    images = "".join(
        f'        <bt:Image id="{name}" DefaultValue={quoteattr(icon_url(base_url, size))}/>\n' for size, name in _ICONS
    )
    icons = "".join(f'                    <bt:Image size="{size}" resid="{name}"/>\n' for size, name in _ICONS)
    group_icons = icons.replace(" " * 20, " " * 18)
    single_sign_on = ""
    if entra is not None:
        resource = f"api://{base_url.removeprefix('https://')}/{entra.client}"
        single_sign_on = f"""    <WebApplicationInfo>
      <Id>{escape(entra.client)}</Id>
      <Resource>{escape(resource)}</Resource>
      <Scopes>
        <Scope>openid</Scope>
        <Scope>profile</Scope>
      </Scopes>
    </WebApplicationInfo>
"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="{_OFFICE}/appforoffice/1.1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bt="{_OFFICE}/officeappbasictypes/1.0"
  xsi:type="TaskPaneApp">
  <Id>{ID}</Id>
  <Version>{addin_version()}</Version>
  <ProviderName>{PROVIDER}</ProviderName>
  <DefaultLocale>zh-CN</DefaultLocale>
{_named("DisplayName", NAME, "  ")}{_named("Description", DESCRIPTION, "  ")}\
  <IconUrl DefaultValue={quoteattr(icon_url(base_url, 32))}/>
  <HighResolutionIconUrl DefaultValue={quoteattr(icon_url(base_url, 64))}/>
  <SupportUrl DefaultValue={quoteattr(base_url + "/static/help.html")}/>
  <AppDomains>
    <AppDomain>{escape(base_url)}</AppDomain>
  </AppDomains>
  <Hosts>
    <Host Name="Workbook"/>
  </Hosts>
  <Requirements>
    <Sets DefaultMinVersion="1.1">
      <Set Name="SharedRuntime" MinVersion="1.1"/>
    </Sets>
  </Requirements>
  <DefaultSettings>
    <SourceLocation DefaultValue={quoteattr(base_url + "/taskpane.html")}/>
  </DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="{_OFFICE}/taskpaneappversionoverrides" xsi:type="VersionOverridesV1_0">
    <Hosts>
      <Host xsi:type="Workbook">
        <Runtimes>
          <Runtime resid="Taskpane.Url" lifetime="long"/>
        </Runtimes>
        <AllFormFactors>
          <ExtensionPoint xsi:type="CustomFunctions">
            <Script>
              <SourceLocation resid="Functions.Script.Url"/>
            </Script>
            <Page>
              <SourceLocation resid="Taskpane.Url"/>
            </Page>
            <Metadata>
              <SourceLocation resid="Functions.Metadata.Url"/>
            </Metadata>
          </ExtensionPoint>
        </AllFormFactors>
        <DesktopFormFactor>
          <FunctionFile resid="Taskpane.Url"/>
          <ExtensionPoint xsi:type="PrimaryCommandSurface">
            <CustomTab id="Workload.Tab">
              <Group id="Workload.Group">
                <Label resid="Group.Label"/>
                <Icon>
{group_icons}                </Icon>
                <Control xsi:type="Button" id="Workload.Taskpane">
                  <Label resid="Button.Label"/>
                  <Supertip>
                    <Title resid="Button.Label"/>
                    <Description resid="Button.Tip"/>
                  </Supertip>
                  <Icon>
{icons}                  </Icon>
                  <Action xsi:type="ShowTaskpane">
                    <TaskpaneId>Workload.Taskpane</TaskpaneId>
                    <SourceLocation resid="Taskpane.Url"/>
                  </Action>
                </Control>
              </Group>
              <Label resid="Tab.Label"/>
            </CustomTab>
          </ExtensionPoint>
        </DesktopFormFactor>
      </Host>
    </Hosts>
    <Resources>
      <bt:Images>
{images}      </bt:Images>
      <bt:Urls>
        <bt:Url id="Taskpane.Url" DefaultValue={quoteattr(base_url + "/taskpane.html")}/>
        <bt:Url id="Functions.Script.Url" DefaultValue={quoteattr(base_url + "/xlwings/custom-functions-code.js")}/>
        <bt:Url id="Functions.Metadata.Url" DefaultValue={quoteattr(base_url + "/xlwings/custom-functions-meta.json")}/>
      </bt:Urls>
      <bt:ShortStrings>
{_named("bt:String", TAB, " " * 8, id="Tab.Label")}{_named("bt:String", GROUP, " " * 8, id="Group.Label")}\
{_named("bt:String", BUTTON, " " * 8, id="Button.Label")}\
      </bt:ShortStrings>
      <bt:LongStrings>
{_named("bt:String", TIP, " " * 8, id="Button.Tip")}\
      </bt:LongStrings>
    </Resources>
{single_sign_on}  </VersionOverrides>
</OfficeApp>"""
